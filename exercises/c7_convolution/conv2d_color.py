"""Convolution of a colour image: the kernel is as deep as the image, and its sum runs over the channels as well."""

import numpy as np


def conv2d_color(image, kernel, bias):
    """Slide a kernel over a colour image: stride 1, no padding.

    result[i, j] = bias[0] + sum over u, v and c of image[i + u, j + v, c] * kernel[u, v, c]

    H and W are the height and width of the image, C is the number of channels (3 for red, green and blue), KH and KW
    are the kernel's height and width. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. The result has
    OH = H - KH + 1 rows and OW = W - KW + 1 columns, and no channels: they are summed over.

    Arguments:
        image: float32 array of shape (H, W, C).
        kernel: float32 array of shape (KH, KW, C), no larger than the image; KH and KW may differ.
        bias: float32 array of shape (1,), added once to each cell of the result.

    Returns:
        float32 array of shape (OH, OW).

    This is a cross-correlation: the kernel is not flipped.

    Example:
        >>> image = np.array([[[1, 2], [3, 4], [5, 6]]], dtype=np.float32)
        >>> kernel = np.array([[[1, 0], [10, 100]]], dtype=np.float32)
        >>> conv2d_color(image, kernel, np.array([0.5], dtype=np.float32))
        array([[431.5, 653.5]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
