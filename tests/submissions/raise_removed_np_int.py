"""A name that NumPy had once.

binary_targets  error  np.int
sigmoid         passed
"""

import numpy as np


def binary_targets(x, w, b, threshold):
    return (x @ w + b > threshold).astype(np.int)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
