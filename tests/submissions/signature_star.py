"""All parameters in one.

dense    passed
sigmoid  passed
"""

import numpy as np


def dense(*args, **kwargs):
    x, w, b = args
    return x @ w + b


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
