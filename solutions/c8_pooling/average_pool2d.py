"""Average pooling: each window passes on its mean.

Where max pooling asks for the strongest answer in a window, average pooling asks how strong the answers are on the
whole. It smooths the image as it makes it smaller. Many networks end with one such window as large as the image, which
turns each channel into a single number. As in all pooling, channels are not mixed.

Every window holds pool_size * pool_size cells, for those that do not fit into the image are dropped: so the sum, kept
in double precision, is always divided by the same number.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=2,
    order=3,
    needs=["max_pool2d"],
    images=uniform("N H W C", -4, 4),
    pool_size=dim("P"),
    stride=dim("S"),
    returns="N (H-P)//S+1 (W-P)//S+1 C",
    reduces="P P",
    square="H W, P S, N C",
    N=(1, 4),
    H=(3, 9),
    W=(3, 9),
    C=(1, 5),
    P=(1, 4),
    S=(1, 4),
)
@njit(cache=True)
def average_pool2d(images, pool_size, stride):
    """Take the mean of each window, for each image and each channel by itself.

    result[n, i, j, c] = mean over u and v of images[n, i * stride + u, j * stride + v, c]

    N is the number of images, H and W are their height and width, C is the number of channels. The window is square: u
    and v count from 0 to pool_size - 1, so the mean is over pool_size * pool_size cells. It moves by stride cells, to
    the right and down. Windows that do not fit into the image are dropped, so the result has
    OH = (H - pool_size) // stride + 1 rows and OW = (W - pool_size) // stride + 1 columns, where // rounds down.

    Arguments:
        images: float32 array of shape (N, H, W, C), values of either sign.
        pool_size: int, the window's height and width, no larger than H or W.
        stride: int, at least 1; it may be smaller than pool_size, equal to it, or larger.

    Returns:
        float32 array of shape (N, OH, OW, C), four axes also where N, OH, OW or C is 1.

    Example:
        >>> images = np.array([[[[1, -1], [2, -2], [3, -3]], [[4, -4], [5, -5], [8, -8]]]], dtype=np.float32)
        >>> average_pool2d(images, 2, 1)
        array([[[[ 3. , -3. ],
                 [ 4.5, -4.5]]]], dtype=float32)
    """
    N, H, W, C = images.shape
    OH, OW = (H - pool_size) // stride + 1, (W - pool_size) // stride + 1
    result = np.empty((N, OH, OW, C), dtype=images.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    total = 0.0
                    for u in range(pool_size):
                        for v in range(pool_size):
                            total += images[n, i * stride + u, j * stride + v, c]
                    result[n, i, j, c] = total / (pool_size * pool_size)
    return result


@average_pool2d.fast
@njit(cache=True)
def along_the_channels(images, pool_size, stride):
    """The innermost loop runs along the channels, side by side in memory: the compiler takes several at a time."""
    N, H, W, C = images.shape
    OH, OW = (H - pool_size) // stride + 1, (W - pool_size) // stride + 1
    result = np.zeros((N, OH, OW, C), dtype=images.dtype)
    share = 1 / (pool_size * pool_size)  # one division in all, since multiplications are quicker
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                mean = result[n, i, j]
                for u in range(pool_size):
                    for v in range(pool_size):
                        pixel = images[n, i * stride + u, j * stride + v]
                        for c in range(C):
                            mean[c] += pixel[c]
                for c in range(C):
                    mean[c] *= share
    return result


@average_pool2d.tensorflow
def keras(images, pool_size, stride):
    import tensorflow as tf

    return tf.keras.layers.AveragePooling2D(pool_size, strides=stride)(images)


average_pool2d.telling(
    images=[
        [
            [[0], [1], [2], [3]],
            [[4], [5], [6], [7]],
            [[8], [9], [10], [11]],
            [[12], [13], [14], [15]],
        ]
    ],
    pool_size=2,
    stride=2,
)
average_pool2d.telling(
    images=[
        [[[-1, 4], [-2, 3], [-3, 5]], [[-9, 1], [-8, 7], [-5, 2]]],
        [[[2, -6], [1, -4], [0, -5]], [[3, -7], [5, -2], [4, -9]]],
    ],
    pool_size=2,
    stride=1,
)
average_pool2d.telling(
    images=[
        [
            [[3, 1], [-1, 2], [4, -4], [1, 0], [-5, 6]],
            [[2, 8], [6, -1], [-5, 3], [3, 5], [5, 2]],
            [[-9, 7], [7, 1], [9, 2], [3, -6], [2, 4]],
            [[8, -2], [4, 5], [6, 9], [2, 1], [-6, 3]],
        ]
    ],
    pool_size=1,
    stride=3,
)

average_pool2d.family("tiny", cases=1, P=2, C=(1, 2), N=(1, 2))
average_pool2d.family("all values negative", cases=2, images=uniform("N H W C", -6, -1), P=(2, 3), S=(1, 3))
average_pool2d.family("stride larger than the window", cases=2, P=(1, 3), S="P+1")
average_pool2d.family("sides that do not divide", cases=2, P=(2, 3), S=(2, 3), H="P+2*S-1", W="P+2*S+1")
average_pool2d.family("window as large as the image", cases=1, H=(2, 4), W=(2, 4), P="H", S=(2, 3))
average_pool2d.family("large", N=2, H=(9, 10), W=(9, 10), C=(3, 4), P=(2, 3), S=(1, 2))
average_pool2d.benchmark(grow="N H W", N=8, H=112, W=112, C=64, P=2, S=2)

average_pool2d.hint("The windows are those of max pooling. Only what you do with the cells of a window changes.")
average_pool2d.hint("By how many numbers is the sum of one window of one channel divided?")


def every_window(images, pool_size):
    """The windows at stride 1: shape (N, H - pool_size + 1, W - pool_size + 1, C, pool_size, pool_size)."""
    return sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))


def pooled(images, pool_size, stride):
    return every_window(images, pool_size)[:, ::stride, ::stride].mean(axis=(4, 5))


@average_pool2d.mistake
def sum_for_mean(images, pool_size, stride):
    """You add up each window: divide the sum by the number of its cells, pool_size times pool_size.

    For the window [1, 2, 4, 5] the sum is 12 and the mean 3. A window of one cell hides the difference.
    """
    return pooled(images, pool_size, stride) * pool_size**2


@average_pool2d.mistake
def divided_by_the_side(images, pool_size, stride):
    """You divide by pool_size: a window has pool_size times pool_size cells.

    For the window [1, 2, 4, 5] of side 2 the sum is 12. The mean is 12 / 4 = 3, not 12 / 2 = 6. A window of one cell
    hides the difference.
    """
    return pooled(images, pool_size, stride) * pool_size


@average_pool2d.mistake
def maximum_for_mean(images, pool_size, stride):
    """You take the largest value of each window: this exercise asks for the mean.

    For the window [1, 2, 4, 5] the mean is 3, the maximum 5.
    """
    return every_window(images, pool_size)[:, ::stride, ::stride].max(axis=(4, 5))


@average_pool2d.mistake
def over_the_channels(images, pool_size, stride):
    """Your mean runs over the channels too: each channel has to be averaged by itself.

    All channels of the result hold the same numbers. With the mean 3 in the first channel of a window and -3 in the
    second the result is [3, -3]; taken over both it is [0, 0]. Images with one channel hide this.
    """
    mean = pooled(images, pool_size, stride).mean(axis=3, keepdims=True)
    return np.repeat(mean, images.shape[3], axis=3)


@average_pool2d.mistake
def channel_axis_lost(images, pool_size, stride):
    """Your result has no channel axis: one mean is taken over all channels, where each channel has its own.

    The mean of a whole window, channels included, is a single number, so that the result has the shape (N, OH, OW).
    Pooling keeps the channels: as many come out as go in.
    """
    return pooled(images, pool_size, stride).mean(axis=3)


@average_pool2d.mistake
def stride_of_one(images, pool_size, stride):
    """Your window moves by one cell whatever the stride is: it has to move by stride cells.

    The result is then too large. A 4 x 4 image with a window of 2 and a stride of 2 has 2 x 2 windows that lie side by
    side; moved cell by cell it has 3 x 3. With a stride of 1 the difference does not show.
    """
    return every_window(images, pool_size).mean(axis=(4, 5))


@average_pool2d.mistake
def stride_for_the_size_only(images, pool_size, stride):
    """You use the stride for the result's size only: the windows have to start stride cells apart too.

    The shape is right, but window (i, j) starts in row i and column j. On a 4 x 4 image that counts from 0 to 15, with
    a window of 2 and a stride of 2, this gives [[2.5, 3.5], [6.5, 7.5]] where [[2.5, 4.5], [10.5, 12.5]] is right.
    """
    OH, OW = pooled(images, pool_size, stride).shape[1:3]
    return every_window(images, pool_size)[:, :OH, :OW].mean(axis=(4, 5))


@average_pool2d.mistake
def pool_size_for_the_stride(images, pool_size, stride):
    """You move the window by its own size: it has to move by stride cells, which may be fewer or more.

    Windows that lie side by side are the usual choice, and what a layer does if no stride is named. Here a stride is
    given. On the row 1, 2, 3, 4 a window of 2 with a stride of 1 stands in three places, not two.
    """
    return pooled(images, pool_size, pool_size)


@average_pool2d.mistake
def size_rounded_up(images, pool_size, stride):
    """Your result has windows that reach past the border: those that do not fit are dropped.

    The number of windows was rounded up, and the last ones average the few cells that they still cover. With 5 rows, a
    window of 2 and a stride of 2, windows start in row 0 and in row 2; one that starts in row 4 has a single row left
    and does not count. (5 - 2) / 2 + 1 = 2.5 is rounded down to 2.
    """
    below = -(images.shape[1] - pool_size) % stride
    right = -(images.shape[2] - pool_size) % stride
    padded = np.pad(images, ((0, 0), (0, below), (0, right), (0, 0)), constant_values=np.nan)
    return np.nanmean(every_window(padded, pool_size)[:, ::stride, ::stride], axis=(4, 5))


@average_pool2d.mistake
def first_image_only(images, pool_size, stride):
    """Only the first image of your batch is pooled: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    pooled in the same way.
    """
    result = np.zeros_like(pooled(images, pool_size, stride))
    result[0] = pooled(images, pool_size, stride)[0]
    return result


@average_pool2d.mistake
def axes_of_one_squeezed(images, pool_size, stride):
    """Your result loses its axes of size 1: it has to keep all four, (N, OH, OW, C).

    A squeeze without an axis removes every axis of size 1, and not only the one you had in mind. With a single image,
    the shape (1, 2, 2, 3) becomes (2, 2, 3), and the next layer takes rows for images. Leave the axes as they are, or
    name the one to remove.
    """
    return np.squeeze(pooled(images, pool_size, stride))


@average_pool2d.mistake
def columns_one_cell_apart(images, pool_size, stride):
    """To the right your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first column. On a row 0, 1, 2, 3 with windows of 2 and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = every_window(images, pool_size)[:, ::stride]
    columns = every[:, :, ::stride].shape[2]
    return every[:, :, :columns].mean(axis=(4, 5))


@average_pool2d.mistake
def rows_one_cell_apart(images, pool_size, stride):
    """Downwards your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first row. On a column 0, 1, 2, 3 with windows of 2 and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = every_window(images, pool_size)[:, :, ::stride]
    rows = every[:, ::stride].shape[1]
    return every[:, :rows].mean(axis=(4, 5))
