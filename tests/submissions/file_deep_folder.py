"""Makes a folder so deep that its path is longer than any path may be, and is right.

needs    posix
softmax  passed
sigmoid  passed
"""

import os

import numpy as np

home = os.getcwd()
for depth in range(3000):
    os.makedirs("deep", exist_ok=True)
    os.chdir("deep")
os.chdir(home)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
