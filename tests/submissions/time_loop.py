"""An endless loop, as a `while` whose counter is never counted up.

softmax  timeout  second
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    n = 0
    while n < len(logits):
        logits = logits - logits.max()
    return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
