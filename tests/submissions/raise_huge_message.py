"""An exception with a message of 10 MB.

softmax  error  ValueError
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise ValueError("softmax " * 1_250_000)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
