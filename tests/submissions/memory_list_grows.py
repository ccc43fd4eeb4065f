"""A list that grows for ever, in a loop that also swallows the error.

softmax  timeout|crashed|error
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    kept = []
    while True:
        try:
            kept.append(np.ones(2**20))
        except MemoryError:
            pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
