"""A Python float for a scalar.

mean_squared_error  passed
sigmoid             passed
"""

import numpy as np


def mean_squared_error(y, y_hat):
    total = 0.0
    for n in range(len(y)):
        total += (float(y[n, 0]) - float(y_hat[n, 0])) ** 2
    return total / len(y)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
