"""A colon is missing.

softmax  error  line 10  def softmax(logits)
"""

import numpy as np

# The line below is the one.

def softmax(logits)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
