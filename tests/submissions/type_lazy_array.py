"""An object that becomes an array only when somebody looks.

softmax  failed  Lazy
sigmoid  passed
"""

import numpy as np


class Lazy:
    def __init__(self, logits):
        self.logits = logits
        self.shape = logits.shape
        self.dtype = logits.dtype

    def __array__(self, dtype=None, copy=None):
        e = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


def softmax(logits):
    return Lazy(logits)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
