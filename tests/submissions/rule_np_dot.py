"""The exercise that asks for loops, with np.dot.

sigmoid_layer_loops  rule_broken  dot
sigmoid              passed
"""

import numpy as np


def sigmoid_layer_loops(x, w, b):
    return sigmoid(np.dot(x, w) + b)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
