"""A product of shapes that do not fit together.

dense    error  ValueError
sigmoid  passed
"""

import numpy as np


def dense(x, w, b):
    return np.concatenate([x, w.T, x], axis=0) @ np.ones((1 + x.shape[1], 1))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
