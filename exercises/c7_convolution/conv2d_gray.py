"""Convolution of a gray image: a small window slides over the image, and each position gives one weighted sum."""

import numpy as np


def conv2d_gray(image, kernel, bias):
    """Slide a kernel over a gray image: stride 1, no padding.

    result[i, j] = bias[0] + sum over u and v of image[i + u, j + v] * kernel[u, v]

    H and W are the height and width of the image, KH and KW those of the kernel, u counts from 0 to KH - 1 and v from
    0 to KW - 1. The window stays inside the image, so the result has OH = H - KH + 1 rows and OW = W - KW + 1 columns.

    Arguments:
        image: float32 array of shape (H, W).
        kernel: float32 array of shape (KH, KW), no larger than the image; KH and KW may differ.
        bias: float32 array of shape (1,).

    Returns:
        float32 array of shape (OH, OW).

    This is a cross-correlation, as in every deep learning library: the kernel is not flipped.

    Example:
        >>> image = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
        >>> kernel = np.array([[1, 10]], dtype=np.float32)
        >>> conv2d_gray(image, kernel, np.array([0.5], dtype=np.float32))
        array([[21.5, 32.5],
               [54.5, 65.5]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
