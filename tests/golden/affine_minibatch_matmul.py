import numpy as np


def affine_minibatch(x, w, b):
    return w @ x + b
