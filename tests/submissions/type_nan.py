"""Nothing but NaN.

softmax  failed  nan
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    return np.full_like(logits, np.nan)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
