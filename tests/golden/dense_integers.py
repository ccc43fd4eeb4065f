import numpy as np


def dense(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]), dtype=x.dtype)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            out[n, u] = (x[n] * w[:, u]).sum() + b[u]
    return out
