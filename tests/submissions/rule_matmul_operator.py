"""The exercise that asks for loops, with @.

sigmoid_layer_loops  rule_broken  @
sigmoid              passed
"""

import numpy as np


def sigmoid_layer_loops(x, w, b):
    return sigmoid(x @ w + b)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
