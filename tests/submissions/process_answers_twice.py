"""Forks and goes on in both processes, so that every answer comes twice.

needs    fork
softmax  passed|failed|error|crashed|timeout (any)
sigmoid  passed
"""

import os

import numpy as np

forked = False


def softmax(logits):
    global forked
    if not forked:
        forked = True
        os.fork()
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
