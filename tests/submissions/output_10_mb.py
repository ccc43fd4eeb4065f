"""Prints 10 MB a call beside right answers.

softmax  passed  dropped
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    for _ in range(1000):
        print("softmax " * 1250)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
