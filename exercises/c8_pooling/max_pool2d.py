"""Max pooling of a mini-batch: the same windows on every image and on every channel, each by itself."""

import numpy as np


def max_pool2d(images, pool_size, stride):
    """Take the largest value of each window, for each image and each channel by itself.

    result[n, i, j, c] = maximum over u and v of images[n, i * stride + u, j * stride + v, c]

    N is the number of images, H and W are their height and width, C is the number of channels. The window is square: u
    and v count from 0 to pool_size - 1. It moves by stride cells, to the right and down. Windows that do not fit into
    the image are dropped, so the result has OH = (H - pool_size) // stride + 1 rows and
    OW = (W - pool_size) // stride + 1 columns, where // rounds down.

    Arguments:
        images: float32 array of shape (N, H, W, C), values of either sign.
        pool_size: int, the window's height and width, no larger than H or W.
        stride: int, at least 1; it may be smaller than pool_size, equal to it, or larger.

    Returns:
        float32 array of shape (N, OH, OW, C), four axes also where N, OH, OW or C is 1.

    Example:
        >>> images = np.array([[[[1, -1], [2, -2], [3, -3]], [[4, -4], [5, -5], [6, -6]]]], dtype=np.float32)
        >>> max_pool2d(images, 2, 1)
        array([[[[ 5., -1.],
                 [ 6., -2.]]]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
