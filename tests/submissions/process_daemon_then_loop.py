"""Leaves a daemon behind and then never returns.

needs    fork
softmax  error|timeout
sigmoid  passed
"""

import os
import time

import numpy as np


def softmax(logits):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(300)
        os._exit(0)
    os.wait()
    while True:
        pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
