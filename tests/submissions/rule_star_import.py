"""The exercise that asks for loops, with a bare dot from a star import.

sigmoid_layer_loops  rule_broken  dot
sigmoid              passed
"""

from numpy import *


def sigmoid_layer_loops(x, w, b):
    return sigmoid(dot(x, w) + b)


def sigmoid(z):
    e = exp(-abs(z))
    return where(z >= 0, 1 / (1 + e), e / (1 + e))
