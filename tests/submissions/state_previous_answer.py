"""Gives the answer to the call before.

mean_squared_error  failed
sigmoid             passed
"""

import numpy as np

previous = [-1.0]


def mean_squared_error(y, y_hat):
    previous.append(np.mean((y - y_hat) ** 2))
    return float(previous[-2])


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
