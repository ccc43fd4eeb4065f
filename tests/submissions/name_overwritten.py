"""The function's name is used for something else later.

softmax  error  not a function
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

softmax = softmax(np.zeros((2, 3), dtype=np.float32))
