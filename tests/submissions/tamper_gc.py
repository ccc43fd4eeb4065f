"""Switches the garbage collector off, and makes garbage; the answers are right.

softmax  passed
sigmoid  passed
"""

import gc

import numpy as np

gc.disable()


def softmax(logits):
    circle = []
    circle.append(circle)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
