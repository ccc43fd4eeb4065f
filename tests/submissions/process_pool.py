"""Computes the rows in a pool of threads.

softmax  error|passed
sigmoid  passed
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def one_row(row):
    e = np.exp(row - row.max())
    return e / e.sum()


def softmax(logits):
    with ThreadPoolExecutor(4) as pool:
        return np.stack(list(pool.map(one_row, logits)))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
