"""Leaves a forked child behind, which sleeps.

needs    fork
softmax  error|passed
sigmoid  passed
"""

import os
import time

import numpy as np


def softmax(logits):
    if os.fork() == 0:
        time.sleep(300)
        os._exit(0)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
