"""Closes every descriptor: the answer cannot come back.

softmax  crashed
sigmoid  passed
"""

import os

import numpy as np


def softmax(logits):
    os.closerange(0, 1024)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
