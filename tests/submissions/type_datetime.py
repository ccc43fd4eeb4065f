"""An array of dates.

softmax  failed  datetime
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.zeros(logits.shape, dtype="datetime64[s]")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
