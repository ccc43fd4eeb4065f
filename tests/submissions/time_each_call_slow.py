"""Every call takes a while, all of them together more than the limit, which is one for each case.

softmax  passed
sigmoid  passed
"""

import time

import numpy as np


def softmax(logits):
    time.sleep(0.15)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
