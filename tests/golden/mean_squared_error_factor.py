import numpy as np


def mean_squared_error(y, y_hat):
    return ((y - y_hat) ** 2).sum() / 2
