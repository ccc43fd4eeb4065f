"""One parameter too few.

dense    error  argument
sigmoid  passed
"""

import numpy as np


def dense(x, w):
    return x @ w


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
