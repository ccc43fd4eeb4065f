"""Leaves a thread running for which the interpreter would wait.

softmax  error|passed
sigmoid  passed
"""

import threading
import time

import numpy as np


def softmax(logits):
    threading.Thread(target=time.sleep, args=(300,)).start()
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
