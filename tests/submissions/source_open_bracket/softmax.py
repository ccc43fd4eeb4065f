"""A bracket that is never closed.

softmax  error  line 10
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True)
    return e / e.sum(axis=1, keepdims=True)
