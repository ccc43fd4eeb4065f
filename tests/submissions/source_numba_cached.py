"""The answer compiled with numba and its cache, for which numba wants a folder.

needs    numba
options  --timeout 60
softmax  passed
sigmoid  passed
"""

import numpy as np
from numba import njit


@njit(cache=True)
def softmax(logits):
    result = np.empty_like(logits)
    for n in range(logits.shape[0]):
        result[n] = np.exp(logits[n] - logits[n].max())
        result[n] /= result[n].sum()
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
