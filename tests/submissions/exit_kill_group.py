"""Kills its whole process group, in the hope that the grader is in it.

needs    posix
softmax  error|crashed
sigmoid  passed
"""

import os
import signal

import numpy as np


def softmax(logits):
    os.killpg(0, signal.SIGKILL)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
