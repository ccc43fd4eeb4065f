"""An endless computation inside one call into C, where the interpreter never gets its turn.

softmax  timeout  second
sigmoid  passed
"""

import re

import numpy as np


def softmax(logits):
    re.match(r"(a+)+$", "a" * 64 + "b")
    return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
