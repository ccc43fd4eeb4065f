"""An array of 200 GB.

softmax  error|crashed  memory
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.zeros((50_000, 1_000_000), dtype=np.float32)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
