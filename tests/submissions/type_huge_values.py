"""Values so large that their squares and differences overflow.

softmax  failed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.full(logits.shape, -1.7e308)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
