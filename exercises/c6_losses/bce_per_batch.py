"""The binary cross-entropy of a sigmoid neuron, mini-batch after mini-batch."""

import numpy as np


def bce_per_batch(x, y, w, b, batch_size):
    """Compute the binary cross-entropy of the sigmoid neuron sigmoid(x w + b) on each mini-batch, in order.

    y_hat[n]  = sigmoid((sum over f of x[n, f] w[f, 0]) + b[0]),   sigmoid(z) = 1 / (1 + exp(-z))
    p[n]      = y_hat[n], clipped to the range from 1e-7 to 1 - 1e-7
    losses[i] = the mean of -(y[n] log(p[n]) + (1 - y[n]) log(1 - p[n])) over the examples n of batch i

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias. Batch i begins at example i * batch_size and holds batch_size examples, or those that are left.

    Arguments:
        x: float32 array of shape (N, F).
        y: int32 array of shape (N,), each 0 or 1; without a second axis.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).
        batch_size: int, at least 1. It may be larger than N: everything is then one batch.

    Returns:
        float32 array of shape (ceil(N / batch_size),): one loss for each batch.

    Where batch_size does not divide N the last batch is shorter, and its loss is the mean over the examples it has. The
    neuron can be so sure that its prediction is exactly 0 or 1.

    Example:
        >>> x = np.array([[1], [2], [-1]], dtype=np.float32)
        >>> y = np.array([1, 0, 1], dtype=np.int32)
        >>> w = np.array([[1]], dtype=np.float32)
        >>> b = np.array([0], dtype=np.float32)
        >>> bce_per_batch(x, y, w, b, 2).round(4)
        array([1.2201, 1.3133], dtype=float32)
    """
    # TODO
    raise NotImplementedError
