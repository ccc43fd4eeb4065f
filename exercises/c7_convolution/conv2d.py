"""The convolution layer: a mini-batch of images, and many kernels, each of which finds something else."""

import numpy as np


def conv2d(images, kernels, biases):
    """Slide several kernels over each image of a mini-batch: stride 1, no padding.

    result[n, i, j, m] = biases[m] + sum over u, v and c of images[n, i + u, j + v, c] * kernels[u, v, c, m]

    N is the number of images, H and W are their height and width, C is the number of channels. There are M kernels,
    also called filters, each of height KH, width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from
    0 to C - 1. The result has OH = H - KH + 1 rows, OW = W - KW + 1 columns, and M channels, one a filter.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M), no larger than the images; filter m is kernels[:, :, :, m].
        biases: float32 array of shape (M,), one a filter.

    Returns:
        float32 array of shape (N, OH, OW, M), four axes also where N, OH, OW or M is 1.

    This is a cross-correlation: the kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1, 0]], [[10, -1]]]], dtype=np.float32)
        >>> conv2d(images, kernels, np.array([0, 0.5], dtype=np.float32))
        array([[[[21. , -1.5],
                 [32. , -2.5]]]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
