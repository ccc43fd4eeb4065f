"""An array of one number for a scalar.

mean_squared_error  failed  (1,)
sigmoid             passed
"""

import numpy as np


def mean_squared_error(y, y_hat):
    return np.mean((y - y_hat) ** 2, axis=0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
