"""Names of builtins and of NumPy are used for variables.

softmax  passed
sigmoid  passed
"""

import numpy as np

list = dict = type = len = range = None
np.e = 2


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
