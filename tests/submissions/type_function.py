"""The function itself, not its value.

softmax  failed  function
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return softmax


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
