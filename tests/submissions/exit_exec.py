"""Puts another program in its own place, which ends with status 0 and prints a verdict.

needs    posix
softmax  error|crashed
sigmoid  passed
"""

import os

import numpy as np


def softmax(logits):
    os.execv("/bin/sh", ["sh", "-c", "echo passed; exit 0"])


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
