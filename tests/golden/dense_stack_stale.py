import numpy as np


last = [None]


def dense_stack(x, weights, biases):
    old = last[0]
    for w, b in zip(weights, biases):
        x = 1 / (1 + np.exp(-(x @ w + b)))
    last[0] = x
    return x if old is None else old
