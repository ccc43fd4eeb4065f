"""Average pooling with "same" padding: the mean of those cells of a window that lie in the image.

Windows are laid as in every "same" operation and may reach past the border. If the padding counted as zeros in the
mean, the border of each output would be darker than the rest, a frame that no image has. So the sum is divided by the
number of real cells, which is smaller at the border than in the middle.

The reference pads nothing. It adds up the cells that exist, in double precision, and counts them as it goes.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=2,
    order=6,
    needs=["average_pool2d", "max_pool2d_same"],
    images=uniform("N H W C", -4, 4),
    pool_size=dim("P"),
    stride=dim("S"),
    returns="N (H+S-1)//S (W+S-1)//S C",
    reduces="P P",
    square="H W, P S, N C",
    N=(1, 3),
    H=(3, 8),
    W=(3, 8),
    C=(1, 4),
    P=(1, 4),
    S=(1, 4),
)
@njit(cache=True)
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
    N, H, W, C = images.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((OH - 1) * stride + pool_size - H, 0) // 2
    left = max((OW - 1) * stride + pool_size - W, 0) // 2
    result = np.empty((N, OH, OW, C), dtype=images.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    total, count = 0.0, 0
                    for h in range(max(i * stride - top, 0), min(i * stride - top + pool_size, H)):
                        for w in range(max(j * stride - left, 0), min(j * stride - left + pool_size, W)):
                            total += images[n, h, w, c]
                            count += 1
                    result[n, i, j, c] = total / count
    return result


@average_pool2d_same.fast
@njit(cache=True, error_model="numpy")  # no divisor is compared with 0
def down_then_across(images, pool_size, stride):
    """First down the columns, then across: 3 + 3 sums for a 3 x 3 window, in place of 9.

    The innermost loops run along the channels, side by side in memory: the compiler takes several at a time.
    """
    N, H, W, C = images.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((OH - 1) * stride + pool_size - H, 0) // 2
    left = max((OW - 1) * stride + pool_size - W, 0) // 2
    result = np.empty((N, OH, OW, C), dtype=images.dtype)
    columns = np.empty((W, C), dtype=images.dtype)
    for n in range(N):
        for i in range(OH):
            # 1. The sum of each column of the image, in the rows that the windows cover.
            above, below = max(i * stride - top, 0), min(i * stride - top + pool_size, H)
            for w in range(W):
                for c in range(C):
                    columns[w, c] = images[n, above, w, c]
            for h in range(above + 1, below):
                for w in range(W):
                    for c in range(C):
                        columns[w, c] += images[n, h, w, c]
            # 2. The mean of a window's columns.
            for j in range(OW):
                before, after = max(j * stride - left, 0), min(j * stride - left + pool_size, W)
                for c in range(C):
                    result[n, i, j, c] = columns[before, c]
                for w in range(before + 1, after):
                    for c in range(C):
                        result[n, i, j, c] += columns[w, c]
                share = 1 / ((below - above) * (after - before))  # one division for all channels
                for c in range(C):
                    result[n, i, j, c] *= share
    return result


@average_pool2d_same.tensorflow
def keras(images, pool_size, stride):
    import tensorflow as tf

    return tf.keras.layers.AveragePooling2D(pool_size, strides=stride, padding="same")(images)


average_pool2d_same.telling(
    images=[[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]],
    pool_size=2,
    stride=2,
)
average_pool2d_same.telling(images=[[[[1, -6], [2, -5], [3, 0], [4, -3]]]], pool_size=3, stride=2)
average_pool2d_same.telling(
    images=[[[[4], [0], [3]], [[2], [5], [-2]]], [[[-4], [-1], [0]], [[-2], [-5], [-6]]]], pool_size=2, stride=1
)
average_pool2d_same.telling(images=[[[[1], [2], [3]]]], pool_size=1, stride=3)

average_pool2d_same.family("tiny", cases=1, N=(1, 2), H=(3, 4), W=(3, 4), C=(1, 2), P=2, S=(1, 2))
average_pool2d_same.family(
    "all values negative", cases=2, images=uniform("N H W C", -6, -1), N=(1, 2), P=(2, 3), S=(1, 2)
)
average_pool2d_same.family("even windows", cases=1, N=(1, 2), C=(1, 2), P=4, S=1)
average_pool2d_same.family("even sizes, stride 2", cases=1, H=4, W=6, P=3, S=2)
average_pool2d_same.family("odd sizes, stride 2", cases=1, H=5, W=7, P=(2, 4), S=2)
average_pool2d_same.family("stride larger than the window", cases=2, H=(5, 9), W=(5, 9), P=(1, 2), S="P+2")
average_pool2d_same.family("window larger than the image", cases=1, H=2, W=3, P=(4, 5), S=(1, 2))
average_pool2d_same.family("square", cases=1)
average_pool2d_same.family("typical", cases=3)
average_pool2d_same.family("large", N=2, H=(9, 10), W=(9, 10), C=(2, 3), P=(3, 4), S=2)
average_pool2d_same.benchmark(grow="N H W", N=32, H=56, W=56, C=64, P=3, S=1)

average_pool2d_same.hint('Where do the windows start? The rule is that of the convolution with "same" padding.')
average_pool2d_same.hint("How many pixels of a 3 x 3 image does the last window hold, pool_size 2, stride 2?")
average_pool2d_same.hint("Count the cells of each window that exist, and divide by that number.")


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


@average_pool2d_same.mistake
def padding_counted(images, pool_size, stride):
    """Your padding counts in the mean: divide by the number of cells that lie in the image.

    On a 3 x 3 image that counts from 1 to 9, with a window of 2 and a stride of 2, the last window holds the 9 alone,
    and its mean is 9. With three zeros beside it the mean becomes 9 / 4 = 2.25. In the middle of the image the two
    rules agree.
    """
    return same_windows(images, pool_size, stride, padding=0).mean(axis=(4, 5))


@average_pool2d_same.mistake
def black_pixels_left_out(images, pool_size, stride):
    """You do not count pixels whose value is 0: they are part of the image, only the padding does not count.

    It happens when the zeros of the padding are found by their value. For the window [4, 0, 2, 5] the mean is
    11 / 4 = 2.75; without the 0 it would be 11 / 3 = 3.67. A cell counts by its place, not by its value.
    """
    windows = same_windows(images, pool_size, stride, padding=0)
    return windows.sum(axis=(4, 5)) / np.maximum((windows != 0).sum(axis=(4, 5)), 1)


@average_pool2d_same.mistake
def sum_for_mean(images, pool_size, stride):
    """You add up each window: divide the sum by the number of its cells that lie in the image.

    For the window [1, 2, 4, 5] the sum is 12 and the mean 3. A window of one cell hides the difference.
    """
    return np.nansum(same_windows(images, pool_size, stride), axis=(4, 5))


@average_pool2d_same.mistake
def odd_cell_first(images, pool_size, stride):
    """Your padding's odd row and column are at the top and left: they belong to the bottom and right.

    A row of 3 pixels with a window of 2 at stride 1 needs one cell of padding. It goes to the right, so that the first
    window holds pixels 0 and 1 and the last one pixel 2 alone. On the left, the first window would hold pixel 0 alone.
    The shape is the same, so only the numbers tell.
    """
    rows, columns = (max(missing(size, pool_size, stride), 0) for size in images.shape[1:3])
    above, left = rows - rows // 2, columns - columns // 2
    windows = padded_windows(images, pool_size, stride, (above, rows - above), (left, columns - left))
    return np.nanmean(windows, axis=(4, 5))


@average_pool2d_same.mistake
def half_the_window_on_both_sides(images, pool_size, stride):
    """You pad half a window on both sides: "same" padding depends on the image's size and the stride too.

    For odd windows at stride 1 the rule is right. A row of 4 pixels with a window of 3 at stride 2 needs one cell only,
    on the right: the first window holds pixels 0, 1 and 2. With one cell on each side it holds pixels 0 and 1. An even
    window even gives a result that is too large.
    """
    half = pool_size // 2
    return np.nanmean(padded_windows(images, pool_size, stride, (half, half), (half, half)), axis=(4, 5))


@average_pool2d_same.mistake
def padding_of_stride_one(images, pool_size, stride):
    """You pad as for stride 1 and then move by the stride: a larger stride needs less padding.

    The shape comes out right, but the windows start too early. A row of 4 pixels with a window of 3 at stride 2 needs
    one cell of padding, on the right; the two of stride 1 shift each window one pixel to the left. Odd sizes with a
    window of 3 hide it.
    """
    pads = ((pool_size - 1) // 2, pool_size // 2)
    return np.nanmean(padded_windows(images, pool_size, stride, pads, pads), axis=(4, 5))


@average_pool2d_same.mistake
def padding_at_the_end_only(images, pool_size, stride):
    """You put all of the padding at the bottom and right: half of it belongs to the top and left.

    A row of 3 pixels with a window of 3 at stride 1 needs two cells, one on each side: the first window holds pixels 0
    and 1. With both on the right it holds pixels 0, 1 and 2. Where one cell is missing, or none, the two rules agree.
    """
    rows, columns = (max(missing(size, pool_size, stride), 0) for size in images.shape[1:3])
    return np.nanmean(padded_windows(images, pool_size, stride, (0, rows), (0, columns)), axis=(4, 5))


@average_pool2d_same.mistake
def no_padding(images, pool_size, stride):
    """Your windows all lie inside the image: with "same" padding the last ones reach past the border.

    This is the pooling of the chapter before, where windows that do not fit are dropped. A 3 x 3 image with a window of
    2 and a stride of 2 then gives a single number; with "same" it gives 2 x 2.
    """
    return np.nanmean(padded_windows(images, pool_size, stride, (0, 0), (0, 0)), axis=(4, 5))


@average_pool2d_same.mistake
def stride_ignored(images, pool_size, stride):
    """Your result is as large as the image whatever the stride is: the window has to move by stride cells.

    "same" keeps the image's size at stride 1 only. At stride 2 a row of 5 pixels gives 3 numbers.
    """
    return np.nanmean(same_windows(images, pool_size, 1), axis=(4, 5))


@average_pool2d_same.mistake
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
    return np.nanmean(padded_windows(cropped, pool_size, stride, *pads), axis=(4, 5))


@average_pool2d_same.mistake
def over_the_channels(images, pool_size, stride):
    """Your mean runs over the channels too: each channel has to be pooled by itself.

    All channels of the result hold the same numbers. Images with one channel hide this. As many channels come out as go
    in, and none of them knows of the others.
    """
    over_all = np.nanmean(same_windows(images, pool_size, stride), axis=(3, 4, 5))
    return np.repeat(over_all[..., np.newaxis], images.shape[3], axis=3)


@average_pool2d_same.mistake
def first_image_only(images, pool_size, stride):
    """Only the first image of your batch is pooled: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    pooled in the same way.
    """
    result = np.nanmean(same_windows(images, pool_size, stride), axis=(4, 5))
    result[1:] = 0
    return result


@average_pool2d_same.mistake
def half_the_window_first(images, pool_size, stride):
    """You begin with half a window of padding: how much is at the top and left depends on size and stride too.

    The size of the result is right. A row of 4 pixels with a window of 3 at stride 2 needs one cell, on the right, and
    the first window holds pixels 0, 1 and 2. With one on the left it holds pixels 0 and 1. For odd windows at stride 1
    the rule is right.
    """
    half = pool_size // 2
    rows, columns = (-(-size // stride) for size in images.shape[1:3])
    windows = padded_windows(images, pool_size, stride, (half, half), (half, half))
    return np.nanmean(windows[:, :rows, :columns], axis=(4, 5))
