"""The name is a second one for a function with another name.

softmax  passed
sigmoid  passed
"""

import numpy as np


def stable_softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


softmax = stable_softmax


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
