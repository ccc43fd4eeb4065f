"""A softmax layer: an affine transform with one output per class, and softmax over the classes."""

import numpy as np


def softmax_layer(x, w, b):
    """Compute a layer of units whose outputs are probabilities: softmax(x w + b).

    logits[n, u]        = (sum over f of x[n, f] w[f, u]) + b[u]
    probabilities[n, u] = exp(logits[n, u]) / sum over j of exp(logits[n, j])

    N is the batch, F the number of features, U the number of units, one a class; n, f and u count them, j counts units
    as u does. w holds a weight for each feature and unit, b a bias for each unit.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U).
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U): each row sums to 1.

    The logits can be large enough, in the hundreds, for exp() to overflow. With U = 1 every probability is 1.

    Example:
        >>> x = np.array([[1, 2], [0, -1]], dtype=np.float32)
        >>> w = np.array([[1, 0, -1], [0, 1, 1]], dtype=np.float32)
        >>> b = np.array([0, 0, 1], dtype=np.float32)
        >>> softmax_layer(x, w, b).round(4)
        array([[0.1554, 0.4223, 0.4223],
               [0.4223, 0.1554, 0.4223]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
