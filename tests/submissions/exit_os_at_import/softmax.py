"""os._exit(0) at the top level.

softmax  crashed  ended
"""

import os

import numpy as np

os._exit(0)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
