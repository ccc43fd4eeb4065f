"""Max pooling with "same" padding: windows may reach past the border, but only what lies in the image can win.

At stride 1 the output has the image's size, and with a stride of 2 no last row or column is dropped, whatever the
image's size is. The rule for where windows start is that of the convolution. The padding, though, must not be zeros: in
a window of negative values a zero would win, although no pixel holds it. Padding counts as minus infinity, which never
wins.

The reference pads nothing. It looks only at the cells of a window that exist, and there is always at least one.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=3,
    order=5,
    needs=["max_pool2d", "conv2d_same"],
    images=uniform("N H W C", -4, 4),
    pool_size=dim("P"),
    stride=dim("S"),
    returns="N (H+S-1)//S (W+S-1)//S C",
    reduces="",
    square="H W, P S, N C",
    N=(1, 3),
    H=(3, 8),
    W=(3, 8),
    C=(1, 4),
    P=(1, 4),
    S=(1, 4),
)
@njit(cache=True)
def max_pool2d_same(images, pool_size, stride):
    """Take the largest value of each window, each channel by itself, with "same" padding that never wins.

    result[n, i, j, c] = maximum of images[n, h, w, c] over the cells (h, w) of window (i, j) that lie in the image

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

    Example:
        >>> images = np.array([[[[-1], [-2], [-3]], [[-4], [-5], [-6]], [[-7], [-8], [-9]]]], dtype=np.float32)
        >>> max_pool2d_same(images, 2, 2)[0, :, :, 0]
        array([[-1., -3.],
               [-7., -9.]], dtype=float32)
    """
    N, H, W, C = images.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((OH - 1) * stride + pool_size - H, 0) // 2
    left = max((OW - 1) * stride + pool_size - W, 0) // 2
    result = np.empty((N, OH, OW, C), dtype=images.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    largest = -np.inf
                    for h in range(max(i * stride - top, 0), min(i * stride - top + pool_size, H)):
                        for w in range(max(j * stride - left, 0), min(j * stride - left + pool_size, W)):
                            largest = max(largest, images[n, h, w, c])
                    result[n, i, j, c] = largest
    return result


@max_pool2d_same.fast
@njit(cache=True)
def along_the_channels(images, pool_size, stride):
    """The innermost loop runs along the channels, side by side in memory: the compiler takes several at a time."""
    N, H, W, C = images.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((OH - 1) * stride + pool_size - H, 0) // 2
    left = max((OW - 1) * stride + pool_size - W, 0) // 2
    result = np.empty((N, OH, OW, C), dtype=images.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                largest = result[n, i, j]
                for c in range(C):
                    largest[c] = -np.inf
                for h in range(max(i * stride - top, 0), min(i * stride - top + pool_size, H)):
                    for w in range(max(j * stride - left, 0), min(j * stride - left + pool_size, W)):
                        pixel = images[n, h, w]
                        for c in range(C):
                            if pixel[c] > largest[c]:
                                largest[c] = pixel[c]
    return result


@max_pool2d_same.tensorflow
def keras(images, pool_size, stride):
    import tensorflow as tf

    return tf.keras.layers.MaxPooling2D(pool_size, strides=stride, padding="same")(images)


max_pool2d_same.telling(
    images=[[[[-1], [-2], [-3]], [[-4], [-5], [-6]], [[-7], [-8], [-9]]]],
    pool_size=2,
    stride=2,
)
max_pool2d_same.telling(images=[[[[1, -6], [2, -5], [3, -4], [4, -3]]]], pool_size=3, stride=2)
max_pool2d_same.telling(
    images=[[[[4], [-1], [3]], [[2], [5], [-2]]], [[[-4], [-1], [-3]], [[-2], [-5], [-6]]]], pool_size=2, stride=1
)
max_pool2d_same.telling(images=[[[[1], [2], [3]]]], pool_size=1, stride=3)

max_pool2d_same.family("tiny", cases=1, N=(1, 2), H=(3, 4), W=(3, 4), C=(1, 2), P=2, S=(1, 2))
max_pool2d_same.family("all values negative", cases=2, images=uniform("N H W C", -6, -1), N=(1, 2), P=(2, 3), S=(1, 2))
max_pool2d_same.family("even windows", cases=1, N=(1, 2), C=(1, 2), P=4, S=1)
max_pool2d_same.family("even sizes, stride 2", cases=1, H=4, W=6, P=3, S=2)
max_pool2d_same.family("odd sizes, stride 2", cases=1, H=5, W=7, P=(2, 4), S=2)
max_pool2d_same.family("stride larger than the window", cases=2, H=(5, 9), W=(5, 9), P=(1, 2), S="P+2")
max_pool2d_same.family("window larger than the image", cases=1, H=2, W=3, P=(4, 5), S=(1, 2))
max_pool2d_same.family("square", cases=1)
max_pool2d_same.family("typical", cases=3)
max_pool2d_same.family("large", N=2, H=(9, 10), W=(9, 10), C=(2, 3), P=(3, 4), S=2)
max_pool2d_same.benchmark(grow="N H W", N=8, H=112, W=112, C=64, P=3, S=2)

max_pool2d_same.hint('Where do the windows start? The rule is that of the convolution with "same" padding.')
max_pool2d_same.hint("Take a corner window where all pixels are negative: which value wins, and is it in the image?")
max_pool2d_same.hint("Which padding can never win? Or could you skip the cells that do not exist?")


def missing(size, pool_size, stride):
    """How many cells "same" padding adds along one side; negative where there are cells to spare."""
    return (-(-size // stride) - 1) * stride + pool_size - size


def padded_windows(images, pool_size, stride, rows, columns, padding=np.nan):
    """The windows, (N, OH, OW, C, pool_size, pool_size), after padding by (above, below) and (left, right)."""
    padded = np.pad(images, ((0, 0), rows, columns, (0, 0)), constant_values=padding)
    return sliding_window_view(padded, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride]


def same_windows(images, pool_size, stride, padding=np.nan):
    rows, columns = (max(missing(size, pool_size, stride), 0) for size in images.shape[1:3])
    pads = (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)
    return padded_windows(images, pool_size, stride, *pads, padding)


@max_pool2d_same.mistake
def padded_with_zeros(images, pool_size, stride):
    """Your padding of zeros takes part in the maximum: in a window of negative values such a zero wins.

    On a 3 x 3 image that counts from -1 to -9, with a window of 2 and a stride of 2, the result is
    [[-1, -3], [-7, -9]]; zeros at the border turn it into [[-1, 0], [0, 0]]. Images whose values are all positive hide
    this. Padding has to count as minus infinity, or not at all.
    """
    return same_windows(images, pool_size, stride, padding=0).max(axis=(4, 5))


@max_pool2d_same.mistake
def maximum_from_zero(images, pool_size, stride):
    """Your maximum starts from 0: where all values of a window are negative, 0 wins although it is not there.

    It happens in every window, also in the middle of the image: for [-1, -2, -4, -5] the answer is -1, not 0. Start
    from a value of the window, or from minus infinity.
    """
    return np.maximum(np.nanmax(same_windows(images, pool_size, stride), axis=(4, 5)), 0)


@max_pool2d_same.mistake
def odd_cell_first(images, pool_size, stride):
    """Your padding's odd row and column are at the top and left: they belong to the bottom and right.

    A row of 3 pixels with a window of 2 at stride 1 needs one cell of padding. It goes to the right, so that the first
    window holds pixels 0 and 1 and the last one pixel 2 alone. On the left, the first window would hold pixel 0 alone.
    The shape is the same, so only the numbers tell.
    """
    rows, columns = (max(missing(size, pool_size, stride), 0) for size in images.shape[1:3])
    above, left = rows - rows // 2, columns - columns // 2
    windows = padded_windows(images, pool_size, stride, (above, rows - above), (left, columns - left))
    return np.nanmax(windows, axis=(4, 5))


@max_pool2d_same.mistake
def half_the_window_on_both_sides(images, pool_size, stride):
    """You pad half a window on both sides: "same" padding depends on the image's size and the stride too.

    For odd windows at stride 1 the rule is right. A row of 4 pixels with a window of 3 at stride 2 needs one cell only,
    on the right: the first window holds pixels 0, 1 and 2. With one cell on each side it holds pixels 0 and 1. An even
    window even gives a result that is too large.
    """
    half = pool_size // 2
    return np.nanmax(padded_windows(images, pool_size, stride, (half, half), (half, half)), axis=(4, 5))


@max_pool2d_same.mistake
def padding_of_stride_one(images, pool_size, stride):
    """You pad as for stride 1 and then move by the stride: a larger stride needs less padding.

    The shape comes out right, but the windows start too early. A row of 4 pixels with a window of 3 at stride 2 needs
    one cell of padding, on the right; the two of stride 1 shift each window one pixel to the left. Odd sizes with a
    window of 3 hide it.
    """
    pads = ((pool_size - 1) // 2, pool_size // 2)
    return np.nanmax(padded_windows(images, pool_size, stride, pads, pads), axis=(4, 5))


@max_pool2d_same.mistake
def padding_at_the_end_only(images, pool_size, stride):
    """You put all of the padding at the bottom and right: half of it belongs to the top and left.

    A row of 3 pixels with a window of 3 at stride 1 needs two cells, one on each side: the first window holds pixels 0
    and 1. With both on the right it holds pixels 0, 1 and 2. Where one cell is missing, or none, the two rules agree.
    """
    rows, columns = (max(missing(size, pool_size, stride), 0) for size in images.shape[1:3])
    return np.nanmax(padded_windows(images, pool_size, stride, (0, rows), (0, columns)), axis=(4, 5))


@max_pool2d_same.mistake
def no_padding(images, pool_size, stride):
    """Your windows all lie inside the image: with "same" padding the last ones reach past the border.

    This is the pooling of the chapter before, where windows that do not fit are dropped. A 3 x 3 image with a window of
    2 and a stride of 2 then gives a single number; with "same" it gives 2 x 2.
    """
    return np.nanmax(padded_windows(images, pool_size, stride, (0, 0), (0, 0)), axis=(4, 5))


@max_pool2d_same.mistake
def stride_ignored(images, pool_size, stride):
    """Your result is as large as the image whatever the stride is: the window has to move by stride cells.

    "same" keeps the image's size at stride 1 only. At stride 2 a row of 5 pixels gives 3 numbers.
    """
    return np.nanmax(same_windows(images, pool_size, 1), axis=(4, 5))


@max_pool2d_same.mistake
def negative_padding(images, pool_size, stride):
    """Your padding becomes negative: where the stride is larger than the window, it is 0 and nothing is cut off.

    A row of 3 pixels with a window of 1 at stride 3 has one window, and (1 - 1) * 3 + 1 - 3 = -2 cells are missing.
    Taken at its word, that cuts a pixel off at either end, and the window stands on pixel 1. The first window starts at
    pixel 0.
    """
    rows, columns = (missing(size, pool_size, stride) for size in images.shape[1:3])
    top, left = rows // 2, columns // 2
    cropped = images[:, max(-top, 0) :, max(-left, 0) :]
    pads = (max(top, 0), max(rows - top, 0)), (max(left, 0), max(columns - left, 0))
    return np.nanmax(padded_windows(cropped, pool_size, stride, *pads), axis=(4, 5))


@max_pool2d_same.mistake
def over_the_channels(images, pool_size, stride):
    """Your maximum runs over the channels too: each channel has to be pooled by itself.

    All channels of the result hold the same numbers. Images with one channel hide this. As many channels come out as go
    in, and none of them knows of the others.
    """
    over_all = np.nanmax(same_windows(images, pool_size, stride), axis=(3, 4, 5))
    return np.repeat(over_all[..., np.newaxis], images.shape[3], axis=3)


@max_pool2d_same.mistake
def first_image_only(images, pool_size, stride):
    """Only the first image of your batch is pooled: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    pooled in the same way.
    """
    result = np.nanmax(same_windows(images, pool_size, stride), axis=(4, 5))
    result[1:] = 0
    return result


@max_pool2d_same.mistake
def half_the_window_first(images, pool_size, stride):
    """You begin with half a window of padding: how much is at the top and left depends on size and stride too.

    The size of the result is right. A row of 4 pixels with a window of 3 at stride 2 needs one cell, on the right, and
    the first window holds pixels 0, 1 and 2. With one on the left it holds pixels 0 and 1. For odd windows at stride 1
    the rule is right.
    """
    half = pool_size // 2
    rows, columns = (-(-size // stride) for size in images.shape[1:3])
    windows = padded_windows(images, pool_size, stride, (half, half), (half, half))
    return np.nanmax(windows[:, :rows, :columns], axis=(4, 5))
