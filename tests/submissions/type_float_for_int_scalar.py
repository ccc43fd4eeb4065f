"""A size as a float, from a division.

conv_output_size  failed  float
sigmoid           passed
"""

import math

import numpy as np


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "same":
        return float(math.ceil(size / stride))
    return float((size - kernel_size) // stride + 1)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
