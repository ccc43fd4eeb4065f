"""Writes 10 MB to standard error in one piece, then is right.

softmax  passed  dropped
sigmoid  passed
"""

import sys

import numpy as np


def softmax(logits):
    sys.stderr.write("x" * 10_000_000)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
