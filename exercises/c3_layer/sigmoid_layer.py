"""A sigmoid layer, by matrix product: y = sigmoid(x w + b)."""

import numpy as np


def sigmoid_layer(x, w, b):
    """Apply a layer of U sigmoid neurons to every row of a mini-batch, by matrix product.

    z = x w + b, that is z[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]
    y[n, u] = 1 / (1 + exp(-z[n, u]))

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them. z
    holds the logits, y the outputs, which lie between 0 and 1.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U): column u holds the weights of neuron u.
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U).

    In this exercise, let matrix operations do the work for the whole mini-batch at once. The next one asks for the
    same numbers, one example and one neuron at a time.

    Example:
        >>> x = np.array([[1, -1, 0], [0, -1, 2]], dtype=np.float32)
        >>> w = np.array([[1, 2], [2, 0], [-1, -1]], dtype=np.float32)
        >>> b = np.array([-1, 1], dtype=np.float32)
        >>> sigmoid_layer(x, w, b).round(4)
        array([[0.1192, 0.9526],
               [0.0067, 0.2689]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
