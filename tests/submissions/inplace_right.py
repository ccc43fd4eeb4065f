"""Changes its input, though the values come out right.

dense    passed  changes its input
sigmoid  passed
"""

import numpy as np


def dense(x, w, b):
    result = x @ w
    result = result + b
    b += 1
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
