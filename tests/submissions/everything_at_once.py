"""Seven exercises that each end in another way, and two that are right.

affine_scalar        timeout  second
affine_row           crashed  ended
affine_minibatch     error  exit
sigmoid_neuron       failed  None
dense                error  ZeroDivisionError
sigmoid_layer_loops  rule_broken  @
dense_stack          not_started
zero_pad2d           missing
softmax              passed
sigmoid              passed
"""

import os
import sys

import numpy as np


def affine_scalar(x, w, b):
    while True:
        pass


def affine_row(x, w, b):
    os._exit(0)


def affine_minibatch(x, w, b):
    sys.exit("done")


def sigmoid_neuron(x, w, b):
    sigmoid(x @ w + b)


def dense(x, w, b):
    return (x @ w + b) / (1 // 0)


def sigmoid_layer_loops(x, w, b):
    return sigmoid(x @ w + b)


def dense_stack(x, weights, biases):
    """Sigmoid layer after sigmoid layer."""
    # TODO
    raise NotImplementedError


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
