"""A lock taken twice.

softmax  timeout  second
sigmoid  passed
"""

import threading

import numpy as np

lock = threading.Lock()


def softmax(logits):
    with lock:
        with lock:
            return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
