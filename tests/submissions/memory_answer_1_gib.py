"""An answer of 1 GiB.

options  --timeout 20
softmax  failed|error
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.zeros((2**14, 2**14), dtype=np.float32)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
