import numpy as np

from .affine_minibatch import affine_minibatch


def sigmoid_neuron(x, w, b):
    z = affine_minibatch(x, w, b)
    y = np.zeros_like(z)
    for n in range(len(z)):
        y[n, 0] = 1 / (1 + np.exp(-z[n, 0]))
    return y
