"""Convolution with a stride: the window moves by several cells at a time."""

import numpy as np


def conv2d_strided(images, kernels, biases, stride):
    """Slide several kernels over each image in steps of stride cells, without padding ("valid").

    result[n, i, j, m] =
        biases[m] + sum over u, v and c of images[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]

    N is the number of images, H and W are their height and width, C is the number of channels. There are M kernels,
    each of height KH, width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. Windows
    that do not fit into the image are dropped, so the result has OH = (H - KH) // stride + 1 rows and
    OW = (W - KW) // stride + 1 columns, where // rounds down.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M), no larger than the images.
        biases: float32 array of shape (M,), one a filter.
        stride: int, at least 1, the same for rows and columns; it may be larger than the kernel.

    Returns:
        float32 array of shape (N, OH, OW, M).

    The kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3], [4], [5]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1]], [[10]]]], dtype=np.float32)
        >>> conv2d_strided(images, kernels, np.array([0.5], dtype=np.float32), 2)
        array([[[[21.5],
                 [43.5]]]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
