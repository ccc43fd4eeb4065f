"""Needs a module that nobody has for one answer; the other answer does without.

softmax  error  seaborn_for_everyone
sigmoid  passed
"""

import numpy as np
import seaborn_for_everyone as sns


def softmax(logits):
    return sns.normalise(np.exp(logits))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
