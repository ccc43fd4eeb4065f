"""Categorical cross-entropy: how surprised predicted distributions are by the true classes, given one-hot."""

import numpy as np


def categorical_cross_entropy(y, y_hat):
    """Compute the cross-entropy of predicted distributions with one-hot targets, as a mean over the batch.

    p[n, k] = y_hat[n, k], clipped to the range from 1e-7 to 1 - 1e-7
    loss    = -1/N * sum over n and k of y[n, k] log(p[n, k])

    N is the batch, K the number of classes; n and k count them. y holds the true classes, y_hat the predicted
    probabilities; log is the natural logarithm. Clipped means: a smaller number becomes 1e-7, a larger one 1 - 1e-7.

    Arguments:
        y: float32 array of shape (N, K): in each row a single 1, at the true class, and 0 elsewhere.
        y_hat: float32 array of shape (N, K): each row sums to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32)
        >>> y_hat = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], dtype=np.float32)
        >>> round(float(categorical_cross_entropy(y, y_hat)), 4)
        0.2899
    """
    # TODO
    raise NotImplementedError
