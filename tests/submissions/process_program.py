"""Leaves another program running, which holds on to standard output.

needs    posix
softmax  error|passed
sigmoid  passed
"""

import subprocess

import numpy as np


def softmax(logits):
    subprocess.Popen(["sleep", "300"], start_new_session=True)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
