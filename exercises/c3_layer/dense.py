"""A dense layer without an activation: y = x w + b, for a mini-batch and for several neurons at once."""

import numpy as np


def dense(x, w, b):
    """Apply a layer of U affine neurons to every row of a mini-batch.

    y[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them.
    Column u of w holds the weights of neuron u, and b[u] is its bias.

    Arguments:
        x: float32 array of shape (N, F). It may also hold whole numbers, as an int32 array of the same shape.
        w: float32 array of shape (F, U).
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U): also where x holds whole numbers, the result has fractions.

    N, F and U differ from call to call, and each may be 1. The result always has two axes.

    Example:
        >>> x = np.array([[1, 2, -1], [0, -3, 1]], dtype=np.float32)
        >>> w = np.array([[3, 1], [-1, 2], [2, -2]], dtype=np.float32)
        >>> b = np.array([10, -10], dtype=np.float32)
        >>> dense(x, w, b)
        array([[  9.,  -3.],
               [ 15., -18.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
