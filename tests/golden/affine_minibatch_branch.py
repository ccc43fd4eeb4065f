import numpy as np


def affine_minibatch(x, w, b):
    if x.shape[0] > 1:
        return x @ w + b
