"""A sigmoid neuron: an affine transform, and then a squashing function."""

import numpy as np


def sigmoid_neuron(x, w, b):
    """The output of one sigmoid neuron for every row of a mini-batch.

    z[n, 0] = (sum over f of x[n, f] w[f, 0]) + b[0]
    y[n, 0] = 1 / (1 + exp(-z[n, 0]))

    N is the number of examples, n counts them; F is the number of features, f counts them. z holds the logits, y the
    outputs, which lie between 0 and 1.

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1).

    The logits may be as large as 1000 or as small as -1000. The outputs are then 1 and 0, to float32 precision, and
    never "not a number".

    Example:
        >>> x = np.array([[1, 0], [-1, 1], [0, 1]], dtype=np.float32)
        >>> w = np.array([[1], [-1]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> sigmoid_neuron(x, w, b).round(4)
        array([[0.8808],
               [0.2689],
               [0.5   ]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
