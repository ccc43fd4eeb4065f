"""An answer that is a list of ten million numbers.

softmax  failed|error|timeout|crashed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return [0.5] * 10_000_000


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
