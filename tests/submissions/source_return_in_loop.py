"""A `return` indented too far: only the first row is computed.

softmax  failed (partly)
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    result = np.zeros_like(logits)
    for n in range(len(logits)):
        e = np.exp(logits[n] - logits[n].max())
        result[n] = e / e.sum()
        return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
