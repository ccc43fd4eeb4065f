"""Writes bytes that are no UTF-8 to standard output, past Python's own buffer.

softmax  passed
sigmoid  passed
"""

import os

import numpy as np


def softmax(logits):
    os.write(1, b"\xff\xfe\x80 \xed\xa0\x80 \xf8\n")
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
