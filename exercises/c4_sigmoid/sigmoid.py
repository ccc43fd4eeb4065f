"""The sigmoid: it bends the whole number line into the range from 0 to 1."""

import numpy as np


def sigmoid(z):
    """Apply the sigmoid to every number of an array.

    y = 1 / (1 + exp(-z)), for each number by itself

    z holds logits, y the probabilities that belong to them: sigmoid(0) = 1/2, and sigmoid(-z) = 1 - sigmoid(z).

    Arguments:
        z: float32 array with one axis or two: of shape (N,) or (N, K).

    Returns:
        float32 array of the same shape as z.

    z may be as large as 1000 or as small as -1000. The results are then 1 and 0, to float32 precision, and never
    "not a number". The array z itself is to stay as it is.

    Example:
        >>> sigmoid(np.array([[0, 1, -2], [3, -1, 2]], dtype=np.float32)).round(4)
        array([[0.5   , 0.7311, 0.1192],
               [0.9526, 0.2689, 0.8808]], dtype=float32)
        >>> sigmoid(np.array([1000, -1000], dtype=np.float32))
        array([1., 0.], dtype=float32)
    """
    # TODO
    raise NotImplementedError
