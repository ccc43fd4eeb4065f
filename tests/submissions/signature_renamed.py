"""Parameters with other names.

dense    passed
sigmoid  passed
"""

import numpy as np


def dense(inputs, kernel, bias):
    return inputs @ kernel + bias


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
