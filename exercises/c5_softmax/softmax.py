"""Softmax: each row of logits becomes one probability per class."""

import numpy as np


def softmax(logits):
    """Turn each row of logits into probabilities.

    probabilities[n, k] = exp(logits[n, k]) / sum over j of exp(logits[n, j])

    N is the batch, K the number of classes; n counts the rows, k and j count the classes. Each row is a distribution
    of its own: its probabilities are positive and sum to 1.

    Arguments:
        logits: float32 array of shape (N, K).

    Returns:
        float32 array of shape (N, K): each row sums to 1.

    The logits may be as large as 1000 or as small as -1000: exp() of such a number is infinite or 0 in float32, the
    probabilities are not.

    Example:
        >>> softmax(np.array([[0, 0], [1, 3]], dtype=np.float32)).round(4)
        array([[0.5   , 0.5   ],
               [0.1192, 0.8808]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
