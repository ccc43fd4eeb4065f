"""Average pooling with "same" padding: the mean of those cells of a window that lie in the image."""

import numpy as np


def average_pool2d_same(images, pool_size, stride):
    """Take the mean of each window, each channel by itself, with "same" padding that does not count.

    result[n, i, j, c] = mean of images[n, h, w, c] over the cells (h, w) of window (i, j) that lie in the image

    N is the number of images, H and W are their height and width, C is the number of channels. The window is square,
    pool_size cells high and wide, and moves by stride cells. It may reach past the border, as with "same" padding. The
    sizes follow from each other, in this order:

    rows of the result:              OH = H / stride, rounded up
    rows outside, above and below:   (OH - 1) * stride + pool_size - H, or 0 where that is negative
    above the image:                 half of these, rounded down: so far up does the first window reach
    below the image:                 the rest, so that an odd row is at the bottom

    It is the same for columns with OW and W: an odd column is on the right.

    Arguments:
        images: float32 array of shape (N, H, W, C), values of either sign.
        pool_size: int, the window's height and width, at least 1; it may be larger than the image.
        stride: int, at least 1; it may be larger than pool_size.

    Returns:
        float32 array of shape (N, OH, OW, C).

    Cells outside the image do not count, neither in the sum nor in the number that it is divided by.

    Example:
        >>> images = np.array([[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]], dtype=np.float32)
        >>> average_pool2d_same(images, 2, 2)[0, :, :, 0]
        array([[3. , 4.5],
               [7.5, 9. ]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
