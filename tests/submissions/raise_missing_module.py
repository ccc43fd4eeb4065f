"""Imports a module that nobody has: the file does not load, as Python would have it.

softmax  error  seaborn_for_everyone
sigmoid  error  seaborn_for_everyone
"""

import numpy as np
import seaborn_for_everyone as sns


def softmax(logits):
    return sns.normalise(np.exp(logits))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
