"""Everything from NumPy, by its bare name.

softmax  passed
sigmoid  passed
"""

from numpy import *


def softmax(logits):
    e = exp(logits - amax(logits, axis=1, keepdims=True))
    return e / sum(e, axis=1, keepdims=True)


def sigmoid(z):
    e = exp(-abs(z))
    return where(z >= 0, 1 / (1 + e), e / (1 + e))
