"""Max pooling of a gray image: each window passes on its largest value.

A convolution says how strongly a feature is present at each place. Pooling asks less: is it present somewhere near? It
keeps the strongest answer of each window, and so makes the image smaller and the network less sensitive to where
exactly something stands. Nothing is learned here; there are no weights.

The window is square, pool_size cells wide, and moves by stride cells. Where the last window would reach past the
border it is dropped. The maximum starts from the window's own first cell, so that images of negative values need no
special care.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=3,
    order=1,
    needs=["conv2d_gray"],
    image=uniform("H W", -4, 4),
    pool_size=dim("P"),
    stride=dim("S"),
    returns="(H-P)//S+1 (W-P)//S+1",
    reduces="",
    square="H W, P S",
    H=(3, 10),
    W=(3, 10),
    P=(1, 4),
    S=(1, 4),
)
@njit(cache=True)
def max_pool2d_gray(image, pool_size, stride):
    """Take the largest value of each window of a gray image.

    result[i, j] = maximum over u and v of image[i * stride + u, j * stride + v]

    H and W are the height and width of the image. The window is square: u and v count from 0 to pool_size - 1. It moves
    by stride cells, to the right and down. Windows that do not fit into the image are dropped, so the result has
    OH = (H - pool_size) // stride + 1 rows and OW = (W - pool_size) // stride + 1 columns, where // rounds down.

    Arguments:
        image: float32 array of shape (H, W), values of either sign.
        pool_size: int, the window's height and width, no larger than H or W.
        stride: int, at least 1; it may be smaller than pool_size, equal to it, or larger.

    Returns:
        float32 array of shape (OH, OW).

    Example:
        >>> image = np.array([[1, 2, 3, 4, 9], [5, 6, 7, 8, 9], [-1, -2, -5, -6, 9], [-3, -4, -7, -8, 9]])
        >>> max_pool2d_gray(image.astype(np.float32), 2, 2)
        array([[ 6.,  8.],
               [-1., -5.]], dtype=float32)
    """
    H, W = image.shape
    OH, OW = (H - pool_size) // stride + 1, (W - pool_size) // stride + 1
    result = np.empty((OH, OW), dtype=image.dtype)
    for i in range(OH):
        for j in range(OW):
            largest = image[i * stride, j * stride]
            for u in range(pool_size):
                for v in range(pool_size):
                    largest = max(largest, image[i * stride + u, j * stride + v])
            result[i, j] = largest
    return result


@max_pool2d_gray.fast
@njit(cache=True)
def along_the_rows(image, pool_size, stride):
    """Down first, then across; the innermost loops run along a row: the compiler takes several pixels at a time."""
    H, W = image.shape
    OH, OW = (H - pool_size) // stride + 1, (W - pool_size) // stride + 1
    result = np.empty((OH, OW), dtype=image.dtype)
    highest = np.empty(W, dtype=image.dtype)
    for i in range(OH):
        # 1. The largest number of each column of the image, in the rows that the windows cover.
        for w in range(W):
            highest[w] = image[i * stride, w]
        for u in range(1, pool_size):
            for w in range(W):
                highest[w] = max(highest[w], image[i * stride + u, w])
        # 2. The largest of a window's columns.
        for j in range(OW):
            result[i, j] = highest[j * stride]
        for v in range(1, pool_size):
            for j in range(OW):
                result[i, j] = max(result[i, j], highest[j * stride + v])
    return result


@max_pool2d_gray.tensorflow
def keras(image, pool_size, stride):
    import tensorflow as tf

    return tf.keras.layers.MaxPooling2D(pool_size, strides=stride)(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0]


max_pool2d_gray.telling(image=[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]], pool_size=2, stride=2)
max_pool2d_gray.telling(image=[[-1, -2, -3, -4], [-9, -8, -5, -6], [-7, -3, -2, -5]], pool_size=2, stride=1)
max_pool2d_gray.telling(
    image=[[3, -1, 4, 1, -5, 9], [2, 6, -5, 3, 5, 8], [-9, 7, 9, 3, 2, 3], [8, 4, 6, 2, -6, 4], [3, 3, 8, -3, 2, 7]],
    pool_size=2,
    stride=3,
)

max_pool2d_gray.family("tiny", P=2)
max_pool2d_gray.family("all values negative", cases=2, image=uniform("H W", -6, -1), P=(2, 3), S=(1, 3))
max_pool2d_gray.family("stride larger than the window", cases=2, P=(1, 3), S="P+1")
max_pool2d_gray.family("sides that do not divide", cases=2, P=(2, 3), S=(2, 3), H="P+2*S-1", W="P+2*S+1")
max_pool2d_gray.family("window as large as the image", cases=1, H=(2, 4), W=(2, 4), P="H", S=(2, 3))
max_pool2d_gray.family("large", H=(14, 16), W=(14, 16), P=(3, 4), S=(1, 2))
max_pool2d_gray.benchmark(grow="H W", H=2160, W=3840, P=2, S=2)

max_pool2d_gray.hint("Mark the windows of a 5 x 5 image, pool_size 2, stride 2, on paper. Which cells belong to none?")
max_pool2d_gray.hint("In which row and column does window (i, j) begin? It is not row i and column j.")
max_pool2d_gray.hint("What is the maximum of [-3, -5]? Can the value that your search starts from win?")


def every_window(image, pool_size):
    """The windows at stride 1: shape (H - pool_size + 1, W - pool_size + 1, pool_size, pool_size)."""
    return sliding_window_view(image, (pool_size, pool_size))


@max_pool2d_gray.mistake
def stride_of_one(image, pool_size, stride):
    """Your window moves by one cell whatever the stride is: it has to move by stride cells.

    The result is then too large. A 4 x 4 image with a window of 2 and a stride of 2 has 2 x 2 windows that lie side by
    side; moved cell by cell it has 3 x 3. With a stride of 1 the difference does not show.
    """
    return every_window(image, pool_size).max(axis=(2, 3))


@max_pool2d_gray.mistake
def stride_for_the_size_only(image, pool_size, stride):
    """You use the stride for the result's size only: the windows have to start stride cells apart too.

    The shape is right, but window (i, j) starts in row i and column j. On a 4 x 4 image that counts from 0 to 15, with
    a window of 2 and a stride of 2, this gives [[5, 6], [9, 10]] where [[5, 7], [13, 15]] is right.
    """
    OH, OW = (image.shape[0] - pool_size) // stride + 1, (image.shape[1] - pool_size) // stride + 1
    return every_window(image, pool_size)[:OH, :OW].max(axis=(2, 3))


@max_pool2d_gray.mistake
def pool_size_for_the_stride(image, pool_size, stride):
    """You move the window by its own size: it has to move by stride cells, which may be fewer or more.

    Windows that lie side by side are the usual choice, and what a layer does if no stride is named. Here a stride is
    given. On the row 1, 2, 3, 4 a window of 2 with a stride of 1 stands in three places, not two.
    """
    return every_window(image, pool_size)[::pool_size, ::pool_size].max(axis=(2, 3))


@max_pool2d_gray.mistake
def size_rounded_up(image, pool_size, stride):
    """Your result has windows that reach past the border: those that do not fit are dropped.

    The number of windows was rounded up. With 5 rows, a window of 2 and a stride of 2, windows start in row 0 and in
    row 2; one that starts in row 4 has a single row left and does not count: (5 - 2) / 2 + 1 = 2.5 is rounded down.
    """
    H, W = image.shape
    rows = range(0, max(H - pool_size + stride, 1), stride)
    columns = range(0, max(W - pool_size + stride, 1), stride)
    return np.array([[image[r : r + pool_size, c : c + pool_size].max(initial=-np.inf) for c in columns] for r in rows])


@max_pool2d_gray.mistake
def size_rounded_to_nearest(image, pool_size, stride):
    """Your number of windows is rounded to the nearest whole number: it has to be rounded down.

    Rounding to the nearest is right as long as the remainder is small, and so it goes unnoticed. With 7 rows, a window
    of 2 and a stride of 3, (7 - 2) / 3 + 1 = 2.67: two windows fit, in rows 0 and 3, and a third would need row 7,
    which does not exist.
    """
    OH = round((image.shape[0] - pool_size) / stride) + 1
    OW = round((image.shape[1] - pool_size) / stride) + 1
    windows = [[image[i * stride :, j * stride :][:pool_size, :pool_size] for j in range(OW)] for i in range(OH)]
    return np.array([[window.max(initial=-np.inf) for window in row] for row in windows])


@max_pool2d_gray.mistake
def maximum_from_zero(image, pool_size, stride):
    """Your maximum starts from 0: where all values of a window are negative, 0 wins although it is not there.

    For the window [-1, -2, -3, -4] the answer is -1. A search that starts with 0 never finds anything larger and
    returns 0. Images whose values are all positive hide this. Start from a value of the window, or from minus infinity.
    """
    return np.maximum(every_window(image, pool_size)[::stride, ::stride].max(axis=(2, 3)), 0)


@max_pool2d_gray.mistake
def mean_for_maximum(image, pool_size, stride):
    """You take the mean of each window: this exercise asks for the largest value.

    For the window [1, 2, 5, 6] the maximum is 6, the mean 3.5. Averaging is an exercise of its own, later in this
    chapter.
    """
    return every_window(image, pool_size)[::stride, ::stride].mean(axis=(2, 3))


@max_pool2d_gray.mistake
def height_and_width_swapped(image, pool_size, stride):
    """Your result is transposed: rows come first (OH), columns second (OW), as in the image.

    The values are right, but the window for row i and column j stands at [j, i]. With a square image the shape does not
    tell; only the numbers do. Let the first index count rows everywhere.
    """
    return every_window(image, pool_size)[::stride, ::stride].max(axis=(2, 3)).T


@max_pool2d_gray.mistake
def columns_one_cell_apart(image, pool_size, stride):
    """To the right your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first column. On a row 0, 1, 2, 3 with windows of 2 and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = every_window(image, pool_size)[::stride]
    columns = every[:, ::stride].shape[1]
    return every[:, :columns].max(axis=(2, 3))


@max_pool2d_gray.mistake
def rows_one_cell_apart(image, pool_size, stride):
    """Downwards your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first row. On a column 0, 1, 2, 3 with windows of 2 and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = every_window(image, pool_size)[:, ::stride]
    rows = every[::stride].shape[0]
    return every[:rows].max(axis=(2, 3))


@max_pool2d_gray.mistake
def sum_for_maximum(image, pool_size, stride):
    """You add up each window: this exercise asks for its largest value.

    The window [[1, 2], [4, 5]] has the sum 12 and the maximum 5. A window of one cell hides it.
    """
    return every_window(image, pool_size)[::stride, ::stride].sum(axis=(2, 3))
