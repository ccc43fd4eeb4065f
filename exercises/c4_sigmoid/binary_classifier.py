"""A binary classifier: hidden layers with relu, and one sigmoid neuron at the end."""

import numpy as np


def binary_classifier(x, weights, biases):
    """The probability of class 1, from a network with relu hidden layers and a sigmoid output.

    h = x
    for each layer i but the last, in order: h = relu(h weights[i] + biases[i])
    p = sigmoid(h weights[last] + biases[last])

    relu(z) = max(z, 0) and sigmoid(z) = 1 / (1 + exp(-z)), for each number of an array by itself. N is the number of
    examples, F the number of features of x. Every layer has a number of units U of its own, and it takes as many
    inputs as the layer before it has units; the last layer has one unit.

    Arguments:
        x: float32 array of shape (N, F).
        weights: list of float32 arrays, one a layer, in order: the first of shape (F, U of the first layer), the next
            of shape (U of the first layer, U of the second layer), and so on; the last has one column.
        biases: list of float32 arrays, one a layer, each of shape (U of its layer,).

    Returns:
        float32 array of shape (N, 1).

    The number of layers differs from call to call, from 1 to 4. With one layer there is no hidden layer: the network is
    a logistic regression.

    Example:
        >>> x = np.array([[1, -2], [-1, 1]], dtype=np.float32)
        >>> weights = [
        ...     np.array([[1, 0], [0, 1]], dtype=np.float32),
        ...     np.array([[1], [-2]], dtype=np.float32),
        ... ]
        >>> biases = [np.array([1, 0], dtype=np.float32), np.array([-1], dtype=np.float32)]
        >>> binary_classifier(x, weights, biases).round(4)
        array([[0.7311],
               [0.0474]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
