"""Zero padding: a frame of zeros around each image.

A convolution without padding makes the image smaller with every layer, and lets a pixel at the border take part in
fewer windows than one in the middle. A frame of zeros cures both. Zeros are chosen since they add nothing to a sum of
products.

Only height and width are padded. The array is made of zeros first and the images are written into its middle, cell by
cell.
"""

import numpy as np
from numba import njit

from grader import dim, exercise, uniform


@exercise(
    points=2,
    order=1,
    images=uniform("N H W C", -4, 4),
    padding=dim("P"),
    returns="N H+2*P W+2*P C",
    reduces="",
    square="N H W C",
    N=(1, 5),
    H=(1, 7),
    W=(1, 7),
    C=(1, 5),
    P=(0, 4),
)
@njit(cache=True)
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
    N, H, W, C = images.shape
    result = np.zeros((N, H + 2 * padding, W + 2 * padding, C), dtype=images.dtype)
    for n in range(N):
        for h in range(H):
            for w in range(W):
                for c in range(C):
                    result[n, h + padding, w + padding, c] = images[n, h, w, c]
    return result


@zero_pad2d.fast
@njit(cache=True)
def all_at_once(images, padding):
    """A row of an image lies in memory as W * C numbers one after another: the compiler copies many at a time."""
    N, H, W, C = images.shape
    result = np.zeros((N, H + 2 * padding, W + 2 * padding, C), dtype=images.dtype)
    rows = result.reshape(N, H + 2 * padding, (W + 2 * padding) * C)
    rows[:, padding : padding + H, padding * C : (padding + W) * C] = images.reshape(N, H, W * C)
    return result


@zero_pad2d.tensorflow
def keras(images, padding):
    import tensorflow as tf

    return tf.keras.layers.ZeroPadding2D(padding)(images)


zero_pad2d.telling(images=[[[[1], [2]]]], padding=1)
zero_pad2d.telling(images=[[[[1, -2], [3, 4]], [[5, 6], [-7, 8]], [[9, 1], [2, -3]]]], padding=2)
zero_pad2d.telling(images=[[[[1, 2, 3]]], [[[-4, 5, 6]]]], padding=3)

zero_pad2d.family("tiny", N=(1, 2), H=(1, 3), W=(1, 3), C=(1, 2), P=(1, 2))
zero_pad2d.family("padding 0", P=0)
zero_pad2d.family("ones", P=(1, 3))
zero_pad2d.family("square", P=(1, 3))
zero_pad2d.family("typical", P=(1, 4))
zero_pad2d.family("large", N=(2, 3), H=(8, 10), W=(8, 10), C=(3, 4), P=(3, 4))
zero_pad2d.benchmark(grow="N H W", N=256, H=32, W=32, C=3, P=4)

zero_pad2d.hint("Draw a 2 x 3 image with a frame of 1. How many rows and columns does it have now?")
zero_pad2d.hint("Begin with zeros in the right shape. Where in it does the images' top left pixel go?")


@zero_pad2d.mistake
def every_axis_padded(images, padding):
    """You pad the batch and the channels too: only height and width get a frame.

    A single number for the padding means all four axes. One image of shape (1, 2, 1) in a batch of one, padded by 1,
    then has the shape (3, 3, 4, 3), with images and channels made of nothing but zeros. Right is (1, 3, 4, 1). Say for
    each axis how much it gets.
    """
    return np.pad(images, padding)


@zero_pad2d.mistake
def first_two_axes_padded(images, padding):
    """You pad the first two axes: the first one is the batch, height and width are the second and third.

    That is right for one gray image, which has no other axes. In a batch it adds images of zeros and leaves the columns
    as they are: the shape (1, 1, 2, 1), padded by 1, becomes (3, 3, 2, 1) where (1, 3, 4, 1) is right.
    """
    return np.pad(images, ((padding, padding), (padding, padding), (0, 0), (0, 0)))


@zero_pad2d.mistake
def bottom_and_right_only(images, padding):
    """You pad at the bottom and at the right only: the frame goes around all four sides.

    The image then stays in the top left corner and the result has H + padding rows. A row [1, 2] padded by 1 is
    [0, 1, 2, 0], not [1, 2, 0].
    """
    return np.pad(images, ((0, 0), (0, padding), (0, padding), (0, 0)))


@zero_pad2d.mistake
def image_in_the_corner(images, padding):
    """Your image is in the top left corner of the zeros: it belongs in the middle, padding cells further in.

    The shape is right, but all of the padding ends up below and to the right. With padding 1, pixel (0, 0) of the image
    goes to row 1 and column 1 of the result. A shape check alone does not see this.
    """
    return np.pad(images, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))


@zero_pad2d.mistake
def padding_in_total(images, padding):
    """You share the padding between two opposite sides: each side gets the whole of it.

    A row [1, 2] with padding 1 is [0, 1, 2, 0]: one zero on each side, and so two more columns. The result has
    H + 2 * padding rows, not H + padding.
    """
    before, after = padding // 2, padding - padding // 2
    return np.pad(images, ((0, 0), (before, after), (before, after), (0, 0)))


@zero_pad2d.mistake
def width_forgotten(images, padding):
    """You pad the height only: columns of zeros belong to the left and the right as well.

    The result has H + 2 * padding rows but still W columns. A row [1, 2] with padding 1 becomes three rows of four
    cells each, not three rows of two.
    """
    return np.pad(images, ((0, 0), (padding, padding), (0, 0), (0, 0)))


@zero_pad2d.mistake
def border_repeated(images, padding):
    """You repeat the border's pixels: the frame is made of zeros.

    A row [1, 2] with padding 1 becomes [1, 1, 2, 2], where [0, 1, 2, 0] is asked. Repeating the border is a way of
    padding too, but not this one.
    """
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")


@zero_pad2d.mistake
def first_image_only(images, padding):
    """Only the first image of your batch is copied: the others are all zeros.

    The loop over n is missing, or it returns too early. A batch of one image hides this.
    """
    result = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    result[1:] = 0
    return result
