"""A warning of its own in every call, with a workflow command for a text.

softmax  passed  warn
sigmoid  passed
"""

import warnings

import numpy as np


def softmax(logits):
    for n in range(1000):
        warnings.warn(f"\n::error::forged {n}\x1b[31m", stacklevel=1)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
