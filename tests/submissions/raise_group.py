"""An exception group.

softmax  error  ExceptionGroup
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
