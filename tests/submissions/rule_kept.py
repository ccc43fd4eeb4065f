"""The exercise that asks for loops, with loops, and all that only looks like a matrix product.

A decorator's @, the words np.dot and matmul in comments and texts, a variable called dot, and a product in another
exercise of the same file break no rule.

sigmoid_layer_loops  passed
sigmoid              passed
dense                passed
"""

import functools

import numpy as np


def plain(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@plain
def sigmoid_layer_loops(x, w, b):
    """Not x @ w, not np.dot(x, w), not np.matmul."""
    result = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            dot = b[u]  # would be x[n] @ w[:, u] + b[u]
            for f in range(x.shape[1]):
                dot += x[n, f] * w[f, u]
            result[n, u] = sigmoid(dot)
    print("no matmul, no einsum", result.shape)
    return result


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def dense(x, w, b):
    return x @ w + b
