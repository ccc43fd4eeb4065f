"""Asks for 4 GiB and writes to all of it.

softmax  error|crashed  memory
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.ones(4 * 2**30, dtype=np.uint8)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
