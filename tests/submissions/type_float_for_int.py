"""The right class numbers as floats.

binary_targets  failed  float
sigmoid         passed
"""

import numpy as np


def binary_targets(x, w, b, threshold):
    return (x @ w + b > threshold).astype(np.float32)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
