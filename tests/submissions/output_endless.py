"""Prints for ever.

softmax  timeout  second
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    while True:
        print("still computing ...")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
