"""Adds floats to its input in place, which integers do not allow.

dense    error (partly)
sigmoid  passed
"""

import numpy as np


def dense(x, w, b):
    x += np.zeros_like(w[:, 0])
    return x @ w + b


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
