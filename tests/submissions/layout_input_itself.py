"""The input itself is handed back.

zero_pad2d  failed (partly)
sigmoid     passed
"""

import numpy as np


def zero_pad2d(images, padding):
    return images


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
