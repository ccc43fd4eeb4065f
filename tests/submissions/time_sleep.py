"""A sleep of an hour: no processor time is used, so that only a clock on the wall tells.

softmax  timeout  second
sigmoid  passed
"""

import time

import numpy as np


def softmax(logits):
    time.sleep(3600)
    return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
