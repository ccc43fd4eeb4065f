"""The mean squared error: how far a batch of predictions is from its targets, as one number."""

import numpy as np


def mean_squared_error(y, y_hat):
    """Compute the mean of the squared differences between targets and predictions.

    loss = 1/N * sum over n of (y[n, 0] - y_hat[n, 0])**2

    N is the batch, n counts the examples. y holds the targets, y_hat the predictions.

    Arguments:
        y: float32 array of shape (N, 1).
        y_hat: float32 array of shape (N, 1).

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1], [2], [4]], dtype=np.float32)
        >>> y_hat = np.array([[3], [1], [4]], dtype=np.float32)
        >>> round(float(mean_squared_error(y, y_hat)), 4)
        1.6667
    """
    # TODO
    raise NotImplementedError
