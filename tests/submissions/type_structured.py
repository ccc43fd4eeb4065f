"""A structured array.

softmax  failed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.zeros(logits.shape, dtype=[("probability", np.float32), ("class", np.int32)])


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
