"""A set.

softmax  failed  set
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return set(np.exp(logits).ravel().tolist())


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
