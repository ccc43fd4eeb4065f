"""The exercise that asks for loops, with the product in a helper's helper.

sigmoid_layer_loops  rule_broken  matmul
sigmoid              passed
"""

import numpy as np


def product(x, w):
    return np.matmul(x, w)


def affine(x, w, b):
    return product(x, w) + b


def sigmoid_layer_loops(x, w, b):
    return sigmoid(affine(x, w, b))


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
