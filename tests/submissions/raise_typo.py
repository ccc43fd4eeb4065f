"""A name that does not exist: `f_size` where the parameter is called otherwise.

zero_pad2d  error  f_size  NameError  line 11
sigmoid     passed
"""

import numpy as np


def zero_pad2d(images, padding):
    size = images.shape[1] - f_size + 1
    return np.zeros(size)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
