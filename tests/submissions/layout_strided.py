"""The right values, every third cell of a larger array.

softmax  passed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    larger = np.full((2 * logits.shape[0], 3 * logits.shape[1]), -1, dtype=np.float32)
    larger[::2, ::3] = e / e.sum(axis=1, keepdims=True)
    return larger[::2, ::3]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
