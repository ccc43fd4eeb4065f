"""Leaves threads running that never end, though they end with the process.

softmax  error|passed
sigmoid  passed
"""

import threading
import time

import numpy as np


def softmax(logits):
    threading.Thread(target=time.sleep, args=(300,), daemon=True).start()
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
