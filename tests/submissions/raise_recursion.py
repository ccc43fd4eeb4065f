"""A function that calls itself for ever.

softmax  error  recursion
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return softmax(logits - logits.max())


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
