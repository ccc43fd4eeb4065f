"""A `return` at the top level: the text can be parsed, but not compiled.

softmax  error  line 14
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))


# The function ended above.
return e / e.sum(axis=1, keepdims=True)
