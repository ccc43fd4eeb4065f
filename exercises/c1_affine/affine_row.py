"""The affine transform of one example with several features: y = x w + b."""

import numpy as np


def affine_row(x, w, b):
    """Weigh the features of one example, add them up, and add a bias.

    y[0, 0] = (sum over f of x[0, f] w[f, 0]) + b[0]

    F is the number of features, f counts them. x is the example, w holds a weight for each feature, b is the bias.

    Arguments:
        x: float32 array of shape (1, F).
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (1, 1).

    F differs from call to call, and may be 1.

    Example:
        >>> x = np.array([[1, 2, -1]], dtype=np.float32)
        >>> w = np.array([[3], [-1], [2]], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> affine_row(x, w, b)
        array([[9.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
