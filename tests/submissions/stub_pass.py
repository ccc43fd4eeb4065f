"""`pass` where the answer should be.

softmax  not_started
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    """Each row of logits becomes one probability per class."""
    pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
