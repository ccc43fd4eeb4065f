"""One stub as it was handed out, beside an answer.

softmax  not_started
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    """Each row of logits becomes one probability per class."""
    # TODO
    raise NotImplementedError


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
