"""Recursion through C with the limit lifted: the stack overflows.

softmax  error|crashed|timeout
sigmoid  passed
"""

import sys

import numpy as np


def softmax(logits):
    sys.setrecursionlimit(10**9)
    return max(map(softmax, [logits]))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
