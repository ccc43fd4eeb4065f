"""Logistic regression: the probability that an example belongs to class 1."""

import numpy as np


def logistic_regression(x, w, b):
    """The probability of class 1 for every row of a mini-batch.

    p[n, 0] = sigmoid((sum over f of x[n, f] w[f, 0]) + b[0])

    sigmoid(z) = 1 / (1 + exp(-z)). N is the number of examples, n counts them; F is the number of features, f counts
    them. p[n, 0] is the probability that example n belongs to class 1; that of class 0 is 1 - p[n, 0].

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1): probabilities, not classes.

    Example:
        >>> x = np.array([[2, 1], [-1, 1], [0, -1]], dtype=np.float32)
        >>> w = np.array([[1], [-2]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> logistic_regression(x, w, b).round(4)
        array([[0.7311],
               [0.1192],
               [0.9526]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
