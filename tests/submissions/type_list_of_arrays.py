"""The right values as a list of arrays, one a row.

softmax  passed  list
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    rows = []
    for row in logits:
        e = np.exp(row - row.max())
        rows.append(e / e.sum())
    return rows


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
