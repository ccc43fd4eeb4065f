"""An object of a class of its own, which pickle would run code for.

softmax  failed  Probabilities
sigmoid  passed
"""

import os

import numpy as np


class Probabilities:
    def __init__(self, values):
        self.values = values

    def __reduce__(self):
        return os.system, ("touch forged",)


def softmax(logits):
    return Probabilities(np.exp(logits))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
