"""An array without axes for a scalar.

mean_squared_error  passed
sigmoid             passed
"""

import numpy as np


def mean_squared_error(y, y_hat):
    return np.array(np.mean((y - y_hat) ** 2))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
