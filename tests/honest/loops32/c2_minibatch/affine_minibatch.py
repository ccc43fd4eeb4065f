import numpy as np


def affine_minibatch(x, w, b):
    N, F = x.shape
    y = np.zeros((N, 1), dtype=np.float32)
    for n in range(N):
        total = np.float32(0)
        for f in range(F):
            total += x[n, f] * w[f, 0]
        y[n, 0] = total + b[0]
    return y
