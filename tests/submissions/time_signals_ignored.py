"""An endless loop which ignores every signal that can be ignored.

softmax  timeout  second
sigmoid  passed
"""

import signal

import numpy as np


def softmax(logits):
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
