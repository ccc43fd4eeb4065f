"""Sparse categorical cross-entropy: the same loss, with the true classes given as numbers."""

import numpy as np


def sparse_categorical_cross_entropy(labels, y_hat):
    """Compute the cross-entropy of predicted distributions with class numbers, as a mean over the batch.

    p[n] = y_hat[n, labels[n]], clipped to the range from 1e-7 to 1 - 1e-7
    loss = -1/N * sum over n of log(p[n])

    N is the batch, K the number of classes; n counts the examples. labels holds the number of each example's true
    class, y_hat the predicted probabilities; log is the natural logarithm. Clipped means: a smaller number becomes
    1e-7, a larger one 1 - 1e-7.

    Arguments:
        labels: int32 array of shape (N,), each from 0 to K - 1.
        y_hat: float32 array of shape (N, K): each row sums to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> labels = np.array([0, 1], dtype=np.int32)
        >>> y_hat = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], dtype=np.float32)
        >>> round(float(sparse_categorical_cross_entropy(labels, y_hat)), 4)
        0.2899
    """
    # TODO
    raise NotImplementedError
