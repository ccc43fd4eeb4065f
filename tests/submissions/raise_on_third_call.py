"""Right answers to two calls, an exception at the third.

softmax  error (partly)  ValueError
sigmoid  passed
"""

import numpy as np

calls = []


def softmax(logits):
    calls.append(logits)
    if len(calls) > 2:
        raise ValueError("too many calls")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
