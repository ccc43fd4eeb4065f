"""The affine transform of one number: y = x w + b."""

import numpy as np


def affine_scalar(x, w, b):
    """Multiply one number by a weight and add a bias.

    y[0, 0] = x[0, 0] w[0, 0] + b[0]

    x is the input, w the weight, b the bias, y the result.

    Arguments:
        x: float32 array of shape (1, 1).
        w: float32 array of shape (1, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (1, 1). The result keeps both axes: it is an array, not a plain number.

    Example:
        >>> x = np.array([[3]], dtype=np.float32)
        >>> w = np.array([[-2]], dtype=np.float32)
        >>> b = np.array([4], dtype=np.float32)
        >>> affine_scalar(x, w, b)
        array([[-2.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
