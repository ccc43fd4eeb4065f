"""The function's name looks right, but its last letter is a Cyrillic one.

softmax  missing
sigmoid  passed
"""

import numpy as np


def softmaх(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
