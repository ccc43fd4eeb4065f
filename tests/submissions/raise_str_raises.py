"""An exception that raises when it is printed.

softmax  error  Unspeakable
sigmoid  passed
"""

import numpy as np


class Unspeakable(Exception):
    def __str__(self):
        raise Unspeakable

    __repr__ = __str__


def softmax(logits):
    raise Unspeakable


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
