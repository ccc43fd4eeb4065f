"""The answer compiled with numba.

needs    numba
options  --timeout 60
softmax  passed
sigmoid  passed
"""

import numba
import numpy as np


@numba.njit
def softmax(logits):
    result = np.empty_like(logits)
    for n in range(logits.shape[0]):
        total = np.float32(0)
        for k in range(logits.shape[1]):
            result[n, k] = np.exp(logits[n, k] - logits[n].max())
            total += result[n, k]
        result[n] /= total
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
