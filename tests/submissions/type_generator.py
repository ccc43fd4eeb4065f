"""`yield` where `return` is meant.

softmax  failed  generator
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    for row in logits:
        e = np.exp(row - row.max())
        yield e / e.sum()


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
