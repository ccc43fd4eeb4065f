"""The function is a method of a class.

softmax  missing
sigmoid  passed
"""

import numpy as np


class Layer:
    def softmax(self, logits):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
