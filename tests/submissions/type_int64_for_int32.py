"""The right class numbers as int64, which is what NumPy makes of them.

binary_targets  passed  int64
sigmoid         passed
"""

import numpy as np


def binary_targets(x, w, b, threshold):
    return np.where(x @ w + b > threshold, 1, 0).astype(np.int64)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
