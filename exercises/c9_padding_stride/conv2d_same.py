"""Convolution with "same" padding, as TensorFlow lays it."""

import numpy as np


def conv2d_same(images, kernels, biases, stride):
    """Slide several kernels over each image in steps of stride cells, with "same" padding.

    result[n, i, j, m] =
        biases[m] + sum over u, v and c of x[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]

    x is images with rows of zeros above and below, and columns of zeros on the left and right. N is the number of
    images, H and W are their height and width, C is the number of channels. There are M kernels, each of height KH,
    width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. The sizes follow from each
    other, in this order:

    rows of the result:    OH = H / stride, rounded up
    rows of zeros:         (OH - 1) * stride + KH - H, or 0 where that is negative
    above the image:       half of the rows of zeros, rounded down
    below the image:       the rest, so that an odd row of zeros is at the bottom

    It is the same for columns with OW, W and KW: an odd column of zeros is on the right.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M); KH and KW may be even, or larger than H and W.
        biases: float32 array of shape (M,), one a filter.
        stride: int, at least 1, the same for rows and columns; it may be larger than the kernel.

    Returns:
        float32 array of shape (N, OH, OW, M).

    The kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3], [4]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1]], [[10]], [[100]]]], dtype=np.float32)
        >>> conv2d_same(images, kernels, np.array([0.5], dtype=np.float32), 2)
        array([[[[321.5],
                 [ 43.5]]]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
