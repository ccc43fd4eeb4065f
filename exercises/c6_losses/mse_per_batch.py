"""The loss of a linear layer, mini-batch after mini-batch."""

import numpy as np


def mse_per_batch(x, y, w, b, batch_size):
    """Compute the mean squared error of the linear layer x w + b on each mini-batch, in order.

    y_hat[n] = (sum over f of x[n, f] w[f, 0]) + b[0]
    losses[i] = the mean of (y[n, 0] - y_hat[n])**2 over the examples n of batch i

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias. Batch i begins at example i * batch_size and holds batch_size examples, or those that are left.

    Arguments:
        x: float32 array of shape (N, F).
        y: float32 array of shape (N, 1).
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).
        batch_size: int, at least 1. It may be larger than N: everything is then one batch.

    Returns:
        float32 array of shape (ceil(N / batch_size),): one loss for each batch.

    Where batch_size does not divide N the last batch is shorter, and its loss is the mean over the examples it has.

    Example:
        >>> x = np.array([[1], [2], [3]], dtype=np.float32)
        >>> y = np.array([[1], [4], [0]], dtype=np.float32)
        >>> w = np.array([[1]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> mse_per_batch(x, y, w, b, 2)
        array([ 1., 16.], dtype=float32)
    """
    # TODO
    raise NotImplementedError
