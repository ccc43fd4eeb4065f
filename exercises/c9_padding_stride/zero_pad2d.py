"""Zero padding: a frame of zeros around each image."""

import numpy as np


def zero_pad2d(images, padding):
    """Put a frame of zeros around each image of a mini-batch.

    result[n, i, j, c] = images[n, i - padding, j - padding, c] where that cell exists, else 0

    N is the number of images, H and W are their height and width, C is the number of channels. The frame is padding
    cells wide on all four sides: top, bottom, left and right. The batch and the channels get no padding.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        padding: int, the width of the frame in cells; 0 leaves the images as they are.

    Returns:
        float32 array of shape (N, H + 2 * padding, W + 2 * padding, C).

    Example:
        >>> images = np.array([[[[1], [2]]]], dtype=np.float32)
        >>> zero_pad2d(images, 1)[0, :, :, 0]
        array([[0., 0., 0., 0.],
               [0., 1., 2., 0.],
               [0., 0., 0., 0.]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
