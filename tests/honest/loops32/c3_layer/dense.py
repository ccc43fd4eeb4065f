import numpy as np


def dense(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    y = np.zeros((N, U), dtype=np.float32)
    for n in range(N):
        for u in range(U):
            total = np.float32(0)
            for f in range(F):
                total += np.float32(x[n, f]) * w[f, u]  # x can be int32
            y[n, u] = total + b[u]
    return y
