"""Parameters in another order.

mean_squared_error  passed
dense               error
sigmoid             passed
"""

import numpy as np


def mean_squared_error(y_hat, y):
    return np.mean((y - y_hat) ** 2)


def dense(w, x, b):
    return x @ w + b


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
