"""Binary cross-entropy: how surprised a batch of predicted probabilities is by the true classes."""

import numpy as np


def binary_cross_entropy(y, y_hat):
    """Compute the binary cross-entropy of predicted probabilities, as a mean over the batch.

    p[n] = y_hat[n, 0], clipped to the range from 1e-7 to 1 - 1e-7
    loss = -1/N * sum over n of (y[n, 0] log(p[n]) + (1 - y[n, 0]) log(1 - p[n]))

    N is the batch, n counts the examples. y holds the true classes, y_hat the predicted probabilities of class 1; log
    is the natural logarithm. Clipped means: a smaller number becomes 1e-7, a larger one 1 - 1e-7.

    Arguments:
        y: int32 array of shape (N, 1), each 0 or 1.
        y_hat: float32 array of shape (N, 1), each from 0 to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1], [0]], dtype=np.int32)
        >>> y_hat = np.array([[0.9], [0.2]], dtype=np.float32)
        >>> round(float(binary_cross_entropy(y, y_hat)), 4)
        0.1643
    """
    # TODO
    raise NotImplementedError
