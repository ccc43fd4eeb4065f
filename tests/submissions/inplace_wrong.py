"""Changes its input while it still needs it: the values come out wrong.

softmax  failed (partly)  changes its input
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    for n in range(logits.shape[0]):
        for k in range(logits.shape[1]):
            logits[n, k] = np.exp(logits[n, k] - logits[n].max()) / np.exp(logits[n] - logits[n].max()).sum()
    return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
