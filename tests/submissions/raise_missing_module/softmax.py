"""Imports a module that nobody has.

softmax  error  seaborn_for_everyone
"""

import numpy as np
import seaborn_for_everyone as sns


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
