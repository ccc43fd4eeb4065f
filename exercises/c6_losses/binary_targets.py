"""Targets for a classification with two classes: 1 where a known score lies above a threshold, else 0."""

import numpy as np


def binary_targets(x, w, b, threshold):
    """Compute the class of each example from known weights: 1 where x . w + b is above the threshold, else 0.

    score[n] = (sum over f of x[n, f] w[f]) + b[0]
    y[n]     = 1 if score[n] > threshold, else 0

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias, y the targets.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F,).
        b: float32 array of shape (1,).
        threshold: float.

    Returns:
        int32 array of shape (N,): one class number, 0 or 1, for each row of x.

    The inequality is strict: a score that equals the threshold gives 0.

    Example:
        >>> x = np.array([[1, 1], [2, 0], [0, -3]], dtype=np.float32)
        >>> w = np.array([1, 2], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> binary_targets(x, w, b, 12.0)
        array([1, 0, 0], dtype=int32)
    """
    # TODO
    raise NotImplementedError
