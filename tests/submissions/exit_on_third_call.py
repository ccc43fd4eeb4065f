"""Right answers to two calls, then the process ends.

softmax  crashed (partly)  ended
sigmoid  passed
"""

import os

import numpy as np

calls = 0


def softmax(logits):
    global calls
    calls += 1
    if calls > 2:
        os._exit(0)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
