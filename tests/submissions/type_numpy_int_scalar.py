"""A size as one of NumPy's integers.

conv_output_size  passed
sigmoid           passed
"""

import numpy as np


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "same":
        return np.int64(-(-size // stride))
    return np.int64((size - kernel_size) // stride + 1)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
