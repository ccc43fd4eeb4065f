"""Reads its weights from a file that is not there.

softmax  error  weights.npy
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.load("weights.npy")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
