import numpy as np


def binary_cross_entropy(y, y_hat):
    p = np.clip(y_hat.astype(np.float64), 1e-5, 1 - 1e-5)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
