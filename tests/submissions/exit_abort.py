"""os.abort(), as an assertion that fails in a C library does.

softmax  crashed  crashed
sigmoid  passed
"""

import os

import numpy as np


def softmax(logits):
    os.abort()


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
