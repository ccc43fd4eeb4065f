"""Announces a reply of 8 EiB on every descriptor and then waits.

softmax  failed|error|crashed|timeout
sigmoid  passed
"""

import os
import time

import numpy as np


def softmax(logits):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff" * 7 + b"\x7f")
        except OSError:
            pass
    time.sleep(3600)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
