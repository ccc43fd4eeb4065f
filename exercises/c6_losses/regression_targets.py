"""Targets for a regression: what a known straight line says of each example."""

import numpy as np


def regression_targets(x, w, b):
    """Compute the target of each example from known weights: x . w + b.

    y[n] = (sum over f of x[n, f] w[f]) + b[0]

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias, y the targets.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F,), without a second axis.
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N,): one number for each row of x, without a second axis.

    Example:
        >>> x = np.array([[1, 1], [2, 0], [0, -3]], dtype=np.float32)
        >>> w = np.array([1, 2], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> regression_targets(x, w, b)
        array([13., 12.,  4.], dtype=float32)
    """
    # TODO
    raise NotImplementedError
