"""Prints NUL bytes and other control characters.

softmax  passed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    print("".join(map(chr, range(32))) + "\x7f\x80\x9b\u202e\u2066")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
