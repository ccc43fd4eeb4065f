"""A result array of whole numbers, which cuts every probability to 0.

softmax  failed  int
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    result = np.zeros(logits.shape, dtype=int)
    result[...] = e / e.sum(axis=1, keepdims=True)
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
