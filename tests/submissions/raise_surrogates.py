"""An exception whose message cannot be written as UTF-8.

softmax  error  ValueError
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise ValueError("lone surrogates: \ud800 \udcff")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
