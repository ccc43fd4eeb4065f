"""A list of numbers in quotes.

softmax  failed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return [[str(value) for value in row] for row in e / e.sum(axis=1, keepdims=True)]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
