"""Prints every step, as one does to find a mistake.

softmax  passed
sigmoid  passed
shown    소프트맥스
"""

import numpy as np

print("loaded")


def softmax(logits):
    print("logits", logits, logits.shape, logits.dtype)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    print("e", e)
    result = e / e.sum(axis=1, keepdims=True)
    print("소프트맥스", result, "✓ — done")
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
