"""NumPy told to raise at every overflow, underflow, division by zero and invalid value; the answers do none of it.

softmax  passed
sigmoid  passed
"""

import numpy as np

np.seterr(all="raise")


def softmax(logits):
    e = np.exp(np.maximum(logits - logits.max(axis=1, keepdims=True), -60))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.minimum(np.abs(z), 60))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
