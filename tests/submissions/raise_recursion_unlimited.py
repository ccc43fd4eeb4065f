"""A function that calls itself for ever, with the interpreter's own limit lifted: memory or time ends it.

softmax  error|crashed|timeout
sigmoid  passed
"""

import sys

import numpy as np

sys.setrecursionlimit(10**9)


def softmax(logits):
    return softmax(logits)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
