import numpy as np

SMALLEST = np.float32(1e-7)
LARGEST = np.float32(1 - 1e-7)


def binary_cross_entropy(y, y_hat):
    N = len(y)
    total = np.float32(0)
    for n in range(N):
        p = min(max(y_hat[n, 0], SMALLEST), LARGEST)
        if y[n, 0] == 1:
            total -= np.log(p)
        else:
            total -= np.log(1 - p)
    return total / np.float32(N)
