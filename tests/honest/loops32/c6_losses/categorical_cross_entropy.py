import numpy as np

EPSILON = np.float32(1e-7)


def categorical_cross_entropy(y, y_hat):
    N, K = y.shape
    total = np.float32(0)
    for n in range(N):
        for k in range(K):
            p = y_hat[n, k]
            if p < EPSILON:
                p = EPSILON
            if p > 1 - EPSILON:
                p = 1 - EPSILON
            total += y[n, k] * np.log(p)
    return -total / np.float32(N)
