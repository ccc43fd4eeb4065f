"""Max pooling of a gray image: each window passes on its largest value."""

import numpy as np


def max_pool2d_gray(image, pool_size, stride):
    """Take the largest value of each window of a gray image.

    result[i, j] = maximum over u and v of image[i * stride + u, j * stride + v]

    H and W are the height and width of the image. The window is square: u and v count from 0 to pool_size - 1. It moves
    by stride cells, to the right and down. Windows that do not fit into the image are dropped, so the result has
    OH = (H - pool_size) // stride + 1 rows and OW = (W - pool_size) // stride + 1 columns, where // rounds down.

    Arguments:
        image: float32 array of shape (H, W), values of either sign.
        pool_size: int, the window's height and width, no larger than H or W.
        stride: int, at least 1; it may be smaller than pool_size, equal to it, or larger.

    Returns:
        float32 array of shape (OH, OW).

    Example:
        >>> image = np.array([[1, 2, 3, 4, 9], [5, 6, 7, 8, 9], [-1, -2, -5, -6, 9], [-3, -4, -7, -8, 9]])
        >>> max_pool2d_gray(image.astype(np.float32), 2, 2)
        array([[ 6.,  8.],
               [-1., -5.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
