import numpy as np


def one_neuron(row, column, bias):
    """A single example through a single neuron."""
    z = np.float32(0)
    for value, weight in zip(row, column, strict=True):
        z += value * weight
    z += bias
    return 1 / (1 + np.exp(-z))


def sigmoid_layer_loops(x, w, b):
    N = x.shape[0]
    U = w.shape[1]
    y = np.zeros((N, U), dtype=np.float32)
    for n in range(N):
        for u in range(U):
            y[n, u] = one_neuron(x[n], w[:, u], b[u])
    return y
