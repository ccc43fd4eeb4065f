import numpy as np


def affine_row(x, w, b):
    """Weighted sum of the features plus the bias."""
    total = np.float32(0)
    for f in range(x.shape[1]):
        total += x[0, f] * w[f, 0]
    total += b[0]
    return np.array([[total]], dtype=np.float32)
