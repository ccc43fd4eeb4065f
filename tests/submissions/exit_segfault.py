"""A segmentation fault: a null pointer read through ctypes.

softmax  crashed  crashed
sigmoid  passed
"""

import ctypes

import numpy as np


def softmax(logits):
    return ctypes.string_at(0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
