"""The plain formula, with every warning made an error in the function: only the large values fail.

softmax  passed
sigmoid  error (partly)  overflow
"""

import warnings

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    warnings.simplefilter("error")
    return 1 / (1 + np.exp(-z))
