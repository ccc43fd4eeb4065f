"""A list that grows for ever, by arrays that take no memory until they are written to.

softmax  error|crashed  memory
sigmoid  passed
options  --timeout 20
"""

import numpy as np


def softmax(logits):
    kept = []
    while True:
        kept.append(np.zeros(2**22))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
