"""A list whose rows are of different lengths.

softmax  failed  list
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return [[1.0] * (row + 1) for row in range(len(logits) + 1)]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
