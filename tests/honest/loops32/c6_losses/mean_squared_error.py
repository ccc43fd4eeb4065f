import numpy as np


def mean_squared_error(y, y_hat):
    N = y.shape[0]
    total = np.float32(0)
    for n in range(N):
        difference = y[n, 0] - y_hat[n, 0]
        total += difference * difference
    return total / np.float32(N)
