"""A size as a whole number of a hundred thousand digits.

conv_output_size  failed
sigmoid           passed
"""

import numpy as np


def conv_output_size(size, kernel_size, stride, padding):
    return 10**100_000


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
