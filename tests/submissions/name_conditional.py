"""The function is defined under an `if` and in a `try`.

softmax  passed
sigmoid  passed
"""

import numpy as np

if hasattr(np, "exp"):

    def softmax(logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

try:

    def sigmoid(z):
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

except ImportError:
    pass
