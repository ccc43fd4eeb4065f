"""A thread spoils each answer a while after it was returned: what was returned counts.

softmax  error|passed
sigmoid  passed
"""

import threading
import time

import numpy as np


def spoil(answer):
    time.sleep(0.05)
    answer[...] = np.nan


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    answer = e / e.sum(axis=1, keepdims=True)
    threading.Thread(target=spoil, args=(answer,), daemon=True).start()
    return answer


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
