"""Convolution with a stride: the window moves by several cells at a time.

A stride of 2 computes every second row and column of the result of stride 1, and so makes the output half as high and
half as wide, for a quarter of the work. Networks use it in place of pooling where they want a smaller image and want to
learn how to make it so.

The stride enters twice: in the size of the output, and in the place where each window starts. Inside the window nothing
changes: its cells are still neighbours.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=3,
    order=3,
    needs=["conv2d", "conv_output_size"],
    images=uniform("N H W C"),
    kernels=uniform("KH KW C M"),
    biases=uniform("M"),
    stride=dim("S"),
    returns="N (H-KH)//S+1 (W-KW)//S+1 M",
    reduces="KH KW C",
    square="H W, KH KW, C M",
    N=(1, 3),
    H=(3, 9),
    W=(3, 9),
    KH=(1, 4),
    KW=(1, 4),
    C=(1, 5),
    M=(1, 5),
    S=(1, 4),
)
@njit(cache=True)
def conv2d_strided(images, kernels, biases, stride):
    """Slide several kernels over each image in steps of stride cells, without padding ("valid").

    result[n, i, j, m] =
        biases[m] + sum over u, v and c of images[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]

    N is the number of images, H and W are their height and width, C is the number of channels. There are M kernels,
    each of height KH, width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. Windows
    that do not fit into the image are dropped, so the result has OH = (H - KH) // stride + 1 rows and
    OW = (W - KW) // stride + 1 columns, where // rounds down.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M), no larger than the images.
        biases: float32 array of shape (M,), one a filter.
        stride: int, at least 1, the same for rows and columns; it may be larger than the kernel.

    Returns:
        float32 array of shape (N, OH, OW, M).

    The kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3], [4], [5]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1]], [[10]]]], dtype=np.float32)
        >>> conv2d_strided(images, kernels, np.array([0.5], dtype=np.float32), 2)
        array([[[[21.5],
                 [43.5]]]], dtype=float32)
    """
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH, OW = (H - KH) // stride + 1, (W - KW) // stride + 1
    result = np.empty((N, OH, OW, M), dtype=kernels.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    total = 0.0
                    for u in range(KH):
                        for v in range(KW):
                            for c in range(C):
                                total += images[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]
                    result[n, i, j, m] = total + biases[m]
    return result


@conv2d_strided.fast
@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def four_products_at_a_time(images, kernels, biases, stride):
    """Four products at a time, along a row of the result: its numbers are fetched and stored once for the four."""
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH, OW = (H - KH) // stride + 1, (W - KW) // stride + 1
    result = np.empty((N, OH, OW, M), dtype=kernels.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    result[n, i, j, m] = biases[m]
            for u in range(KH):
                # A row of a window lies in memory as KW * C numbers one after another, and so does a row of a kernel.
                pixels, weights = images[n, i * stride + u].reshape(W * C), kernels[u].reshape(KW * C, M)
                first = KW * C % 4
                for k in range(first):
                    for j in range(OW):
                        for m in range(M):
                            result[n, i, j, m] += pixels[j * stride * C + k] * weights[k, m]
                for k in range(first, KW * C, 4):
                    w0, w1, w2, w3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
                    for j in range(OW):
                        p = j * stride * C + k
                        x0, x1, x2, x3 = pixels[p], pixels[p + 1], pixels[p + 2], pixels[p + 3]
                        for m in range(M):
                            result[n, i, j, m] += x0 * w0[m] + x1 * w1[m] + x2 * w2[m] + x3 * w3[m]
    return result


@conv2d_strided.tensorflow
def keras(images, kernels, biases, stride):
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(kernels.shape[3], kernels.shape[:2], strides=stride)
    layer.build(images.shape)
    layer.set_weights([kernels, biases])
    return layer(images)


conv2d_strided.telling(
    images=[
        [
            [[0], [1], [2], [3]],
            [[4], [5], [6], [7]],
            [[8], [9], [10], [11]],
            [[12], [13], [14], [15]],
        ]
    ],
    kernels=[[[[1]], [[1]]], [[[1]], [[1]]]],
    biases=[0],
    stride=2,
)
conv2d_strided.telling(
    images=[
        [[[1], [-2], [3], [4], [0]], [[2], [5], [-1], [1], [3]], [[-3], [2], [6], [1], [-4]]],
        [[[0], [3], [-2], [1], [5]], [[4], [-1], [2], [7], [1]], [[1], [1], [-5], [2], [3]]],
    ],
    kernels=[[[[1, -1]], [[2, 3]]]],
    biases=[3, -2],
    stride=2,
)
conv2d_strided.telling(
    images=[[[[1, -2], [3, 0], [2, 1], [-1, 4], [5, 2]], [[2, 2], [1, -3], [0, 1], [4, 1], [-2, 3]]]],
    kernels=[[[[1, 2], [3, -1]]]],
    biases=[1, -1],
    stride=3,
)

conv2d_strided.family("tiny", cases=1, N=(1, 2), H=(4, 5), W=(4, 5), C=(1, 2), M=(1, 2), S=2)
conv2d_strided.family("stride larger than the kernel", cases=2, KH=(1, 2), KW=(1, 2), S=3, H=(5, 8), W=(5, 8))
conv2d_strided.family(
    "sides that do not divide", cases=2, KH=(2, 3), KW=(2, 3), S=(2, 3), H="KH+2*S-1", W="KW+2*S+1", N=(1, 2)
)
conv2d_strided.family("kernel as large as the image", cases=1, H=(2, 4), W=(2, 4), KH="H", KW="W", S=2)
conv2d_strided.family("one row", cases=1, N=2, H=1, KH=1, W=(6, 8), S=2)
conv2d_strided.family("square", S=2)
conv2d_strided.family("typical", cases=3, S=(2, 3))
conv2d_strided.family("large", N=1, H=(13, 14), W=(13, 14), KH=(2, 3), KW=(2, 3), C=2, M=(3, 4), S=2)
conv2d_strided.benchmark(grow="N H W", N=1, H=224, W=224, C=3, KH=7, KW=7, M=64, S=2)

conv2d_strided.hint("Which cells of the stride 1 result are left when the stride is 2?")
conv2d_strided.hint("The stride belongs in two places: how many windows there are, and where window (i, j) starts.")


def correlate(images, kernels):
    """The result at stride 1, without the biases."""
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcm->nijm", windows, kernels)


@conv2d_strided.mistake
def stride_for_the_size_only(images, kernels, biases, stride):
    """You use the stride for the result's size only: the windows have to start stride cells apart too.

    The shape is right, but window (i, j) starts in row i and column j. On a 4 x 4 image that counts from 0 to 15, with
    a 2 x 2 kernel of ones and a stride of 2, this gives [[10, 14], [26, 30]] where [[10, 18], [42, 50]] is right.
    """
    result = correlate(images, kernels)
    OH, OW = result[0, ::stride, ::stride, 0].shape
    return result[:, :OH, :OW] + biases


@conv2d_strided.mistake
def stride_ignored(images, kernels, biases, stride):
    """Your window moves by one cell whatever the stride is: it has to move by stride cells.

    The result is that of stride 1, and too large. A 4 x 4 image with a 2 x 2 kernel has 3 x 3 windows at stride 1, but
    2 x 2 at stride 2.
    """
    return correlate(images, kernels) + biases


@conv2d_strided.mistake
def stride_for_rows_only(images, kernels, biases, stride):
    """You move by stride cells downwards only: to the right the window has to move by stride cells too.

    The result has the right number of rows, but as many columns as at stride 1. On a row of 5 pixels, a kernel of 2
    columns and a stride of 2 give 2 columns, not 4.
    """
    return correlate(images, kernels)[:, ::stride] + biases


@conv2d_strided.mistake
def image_thinned_first(images, kernels, biases, stride):
    """You take every stride-th pixel of the image first: it is the window that jumps, its cells are neighbours.

    On the row 1, 2, 3, 4, 5 with the kernel [1, 10] and a stride of 2 the windows are [1, 2] and [3, 4], which gives 21
    and 43. If the row is thinned to 1, 3, 5 first, the windows are [1, 3] and [3, 5], which gives 31 and 53, and half
    of the pixels are never read.
    """
    return correlate(images[:, ::stride, ::stride], kernels) + biases


@conv2d_strided.mistake
def size_rounded_up(images, kernels, biases, stride):
    """Your result has windows that reach past the border: those that do not fit are dropped.

    The number of windows was rounded up. With 5 pixels in a row, a kernel of 2 columns and a stride of 2, windows start
    at pixels 0 and 2; one at pixel 4 has a single pixel left. (5 - 2) / 2 + 1 = 2.5 is rounded down to 2.
    """
    below = -(images.shape[1] - kernels.shape[0]) % stride
    right = -(images.shape[2] - kernels.shape[1]) % stride
    padded = np.pad(images, ((0, 0), (0, below), (0, right), (0, 0)))
    return correlate(padded, kernels)[:, ::stride, ::stride] + biases


@conv2d_strided.mistake
def kernel_size_for_the_stride(images, kernels, biases, stride):
    """You move the window by its own size: it has to move by stride cells, which may be fewer or more.

    Windows that lie side by side are a habit from pooling. On the row 1, 2, 3, 4, 5 a kernel of 2 columns with a stride
    of 1 stands in four places, not two. An example in which the stride equals the kernel's sides hides this.
    """
    KH, KW, _, _ = kernels.shape
    return correlate(images, kernels)[:, ::KH, ::KW] + biases


@conv2d_strided.mistake
def kernels_flipped(images, kernels, biases, stride):
    """Your kernels are turned upside down and left to right: lay them on the images as they are.

    With the window [1, 2] and the kernel [1, 10] a layer computes 1 * 1 + 2 * 10 = 21; flipped it is
    1 * 10 + 2 * 1 = 12. Let the image's index and the kernel's index grow together.
    """
    return correlate(images, kernels[::-1, ::-1])[:, ::stride, ::stride] + biases


@conv2d_strided.mistake
def bias_forgotten(images, kernels, biases, stride):
    """Your result lacks the biases: add biases[m] once to every cell of channel m.

    Every cell of a channel is off by the same number, the bias of its filter. Biases of 0 hide this, so try your
    function with others. A sum of 21 and a bias of 0.5 give 21.5.
    """
    return correlate(images, kernels)[:, ::stride, ::stride]


@conv2d_strided.mistake
def height_and_width_swapped(images, kernels, biases, stride):
    """Rows and columns of your result are swapped: its axes are (N, OH, OW, M).

    The values are right, but the cell for row i and column j stands at [n, j, i, m]. Square images and kernels hide it
    from the shape; only the numbers tell. Let the axis after the batch count rows everywhere.
    """
    return (correlate(images, kernels)[:, ::stride, ::stride] + biases).transpose(0, 2, 1, 3)


@conv2d_strided.mistake
def first_image_only(images, kernels, biases, stride):
    """Only the first image of your batch is computed: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    convolved with the same kernels.
    """
    result = correlate(images, kernels)[:, ::stride, ::stride] + biases
    result[1:] = 0
    return result


@conv2d_strided.mistake
def columns_one_cell_apart(images, kernels, biases, stride):
    """To the right your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first column. On a row 0, 1, 2, 3 with a kernel of 2 cells and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = correlate(images, kernels)[:, ::stride]
    columns = every[:, :, ::stride].shape[2]
    return every[:, :, :columns] + biases


@conv2d_strided.mistake
def rows_one_cell_apart(images, kernels, biases, stride):
    """Downwards your windows start one cell apart: there too they have to start stride cells apart.

    The shape is right, and so is the first row. On a column 0, 1, 2, 3 with a kernel of 2 cells and a stride of 2 the
    windows are [0, 1] and [2, 3]; yours are [0, 1] and [1, 2].
    """
    every = correlate(images, kernels)[:, :, ::stride]
    rows = every[:, ::stride].shape[1]
    return every[:, :rows] + biases
