"""The affine transform of a mini-batch: one row an example, one result a row."""

import numpy as np


def affine_minibatch(x, w, b):
    """Apply one affine transform to every row of a mini-batch.

    y[n, 0] = (sum over f of x[n, f] w[f, 0]) + b[0]

    N is the number of examples in the mini-batch, n counts them; F is the number of features, f counts them. All rows
    share the weights w and the bias b.

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1): row n belongs to row n of x.

    N and F differ from call to call, and either may be 1. The result always has two axes.

    Example:
        >>> x = np.array([[1, 2, -1], [0, -3, 1]], dtype=np.float32)
        >>> w = np.array([[3], [-1], [2]], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> affine_minibatch(x, w, b)
        array([[ 9.],
               [15.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
