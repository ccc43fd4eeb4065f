"""Asks where it is and what it is called, as a module may.

softmax  passed
sigmoid  passed
"""

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def softmax(logits):
    assert sys.modules[__name__].softmax is softmax
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
