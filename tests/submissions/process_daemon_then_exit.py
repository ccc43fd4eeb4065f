"""Leaves a daemon behind and ends at once, so that the daemon has no parent when the grader looks.

needs    fork
softmax  error|crashed|timeout
sigmoid  passed
"""

import os
import time

import numpy as np


def softmax(logits):
    if os.fork() == 0:
        os.setsid()
        time.sleep(300)
    os._exit(0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
