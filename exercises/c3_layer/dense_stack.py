"""A stack of sigmoid layers: the output of each is the input of the next."""

import numpy as np


def dense_stack(x, weights, biases):
    """Send a mini-batch through sigmoid layer after sigmoid layer.

    a = x
    for each layer i, in order: a = sigmoid(a weights[i] + biases[i])
    y = a, after the last layer

    sigmoid(z) = 1 / (1 + exp(-z)), for each number of an array by itself. N is the number of examples, F the number of
    features of x. Every layer has a number of units U of its own, and it takes as many inputs as the layer before
    it has units.

    Arguments:
        x: float32 array of shape (N, F).
        weights: list of float32 arrays, one a layer, in order: the first of shape (F, U of the first layer), the next
            of shape (U of the first layer, U of the second layer), and so on.
        biases: list of float32 arrays, one a layer, each of shape (U of its layer,).

    Returns:
        float32 array of shape (N, U of the last layer).

    The number of layers differs from call to call, from 1 to 4.

    Example:
        >>> x = np.array([[1, -2]], dtype=np.float32)
        >>> weights = [
        ...     np.array([[1, 0], [0, 1]], dtype=np.float32),
        ...     np.array([[1, 1], [1, -1]], dtype=np.float32),
        ... ]
        >>> biases = [np.array([1, 0], dtype=np.float32), np.array([0, -2], dtype=np.float32)]
        >>> dense_stack(x, weights, biases).round(4)
        array([[0.7311, 0.2247]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
