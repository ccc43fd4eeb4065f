"""Convolution with "same" padding, as TensorFlow lays it.

With "same" padding and stride 1 the output is as large as the image, so layers can be stacked without end. With a
larger stride the output has one cell for every stride-th cell of the image, counted from the first and rounded up. From
that follows how many zeros are missing for the last window, and they are shared between the two sides. If their number
is odd, the extra one goes to the bottom, or to the right. Other libraries choose otherwise, so weights that were
trained with one rule give slightly different answers under another.

The reference pads nothing. It computes where the window starts, which may lie outside the image, and leaves out the
cells that do not exist: the product of a weight and a zero adds nothing.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import dim, exercise, uniform


@exercise(
    points=4,
    order=4,
    needs=["conv2d_strided", "zero_pad2d", "conv_output_size"],
    images=uniform("N H W C"),
    kernels=uniform("KH KW C M"),
    biases=uniform("M"),
    stride=dim("S"),
    returns="N (H+S-1)//S (W+S-1)//S M",
    reduces="KH KW C",
    square="H W, KH KW, C M",
    N=(1, 3),
    H=(3, 8),
    W=(3, 8),
    KH=(1, 5),
    KW=(1, 5),
    C=(1, 4),
    M=(1, 4),
    S=(1, 4),
)
@njit(cache=True)
def conv2d_same(images, kernels, biases, stride):
    """Slide several kernels over each image in steps of stride cells, with "same" padding.

    result[n, i, j, m] =
        biases[m] + sum over u, v and c of x[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]

    x is images with rows of zeros above and below, and columns of zeros on the left and right. N is the number of
    images, H and W are their height and width, C is the number of channels. There are M kernels, each of height KH,
    width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. The sizes follow from each
    other, in this order:

    rows of the result:    OH = H / stride, rounded up
    rows of zeros:         (OH - 1) * stride + KH - H, or 0 where that is negative
    above the image:       half of the rows of zeros, rounded down
    below the image:       the rest, so that an odd row of zeros is at the bottom

    It is the same for columns with OW, W and KW: an odd column of zeros is on the right.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M); KH and KW may be even, or larger than H and W.
        biases: float32 array of shape (M,), one a filter.
        stride: int, at least 1, the same for rows and columns; it may be larger than the kernel.

    Returns:
        float32 array of shape (N, OH, OW, M).

    The kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3], [4]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1]], [[10]], [[100]]]], dtype=np.float32)
        >>> conv2d_same(images, kernels, np.array([0.5], dtype=np.float32), 2)
        array([[[[321.5],
                 [ 43.5]]]], dtype=float32)
    """
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    top = max((OH - 1) * stride + KH - H, 0) // 2
    left = max((OW - 1) * stride + KW - W, 0) // 2
    result = np.empty((N, OH, OW, M), dtype=kernels.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    total = 0.0
                    for u in range(KH):
                        for v in range(KW):
                            h, w = i * stride + u - top, j * stride + v - left
                            if 0 <= h < H and 0 <= w < W:
                                for c in range(C):
                                    total += images[n, h, w, c] * kernels[u, v, c, m]
                    result[n, i, j, m] = total + biases[m]
    return result


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


@conv2d_same.fast
def padded_first(images, kernels, biases, stride):
    """With zeros around the images no window has to ask where an image ends: what is left needs no padding."""
    N, H, W, C = images.shape
    KH, KW, _, _ = kernels.shape
    OH, OW = (H + stride - 1) // stride, (W + stride - 1) // stride
    rows, columns = max((OH - 1) * stride + KH, H), max((OW - 1) * stride + KW, W)
    top, left = (rows - H) // 2, (columns - W) // 2
    padded = np.zeros((N, rows, columns, C), dtype=images.dtype)
    padded[:, top : top + H, left : left + W] = images
    return four_products_at_a_time(padded, kernels, biases, stride)


@conv2d_same.tensorflow
def keras(images, kernels, biases, stride):
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(kernels.shape[3], kernels.shape[:2], strides=stride, padding="same")
    layer.build(images.shape)
    layer.set_weights([kernels, biases])
    return layer(images)


conv2d_same.telling(images=[[[[1], [2], [3]]]], kernels=[[[[1]], [[1]]]], biases=[0], stride=1)
conv2d_same.telling(images=[[[[1], [2], [3], [4]]]], kernels=[[[[1]], [[10]], [[100]]]], biases=[0], stride=2)
conv2d_same.telling(images=[[[[1], [2], [3], [4], [5]]]], kernels=[[[[1]], [[10]], [[100]]]], biases=[0], stride=2)
conv2d_same.telling(images=[[[[1], [1.1], [1.2]]]], kernels=[[[[1]]]], biases=[0], stride=3)
conv2d_same.telling(images=[[[[1], [2], [3], [4], [5], [6]]]], kernels=[[[[1]], [[1]]]], biases=[0], stride=4)
conv2d_same.telling(
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
    stride=1,
)
conv2d_same.telling(
    images=[
        [[[1, -2], [3, 0], [2, 1], [-1, 4]], [[2, 2], [1, -3], [0, 1], [4, 1]]],
        [[[-3, 1], [2, 2], [4, -1], [1, 3]], [[0, 5], [-2, 1], [3, 3], [1, -4]]],
    ],
    kernels=[[[[1, 2, -1], [3, -1, 0]], [[0, 1, 2], [-2, 1, 3]], [[2, 0, 1], [1, -3, 1]]]],
    biases=[3, -2, 1],
    stride=2,
)

conv2d_same.family("tiny", cases=1, N=(1, 2), H=(3, 4), W=(3, 4), C=(1, 2), M=(1, 2), KH=(2, 3), KW=(2, 3))
conv2d_same.family("even kernels", cases=1, KH=2, KW=4, S=1, N=(1, 2), H=(5, 7), W=(5, 7))
conv2d_same.family("even sizes, stride 2", cases=1, H=4, W=6, KH=(1, 3), KW=(3, 5), S=2)
conv2d_same.family("odd sizes, stride 2", cases=1, H=5, W=7, KH=(2, 4), KW=(2, 4), S=2)
conv2d_same.family("stride larger than the kernel", cases=1, H=(5, 8), W=(5, 8), KH=(1, 2), KW=(1, 2), S=(3, 4))
conv2d_same.family("kernel larger than the image", cases=1, H=(2, 3), W=(2, 3), KH="H+1", KW="W+2", S=(1, 2))
conv2d_same.family("square", cases=1)
conv2d_same.family("typical", cases=2)
conv2d_same.family("large", N=1, H=(11, 12), W=(11, 12), KH=(2, 4), KW=(2, 4), C=2, M=3, S=2)
conv2d_same.benchmark(grow="N H W", N=1, H=56, W=56, C=64, KH=3, KW=3, M=128, S=2)

conv2d_same.hint("Start from the size of the result: one cell for every stride-th cell of the image, rounded up.")
conv2d_same.hint("Where does the last window end? What it has beyond the image's size is the number of zeros.")
conv2d_same.hint("An odd number of zeros cannot be shared evenly. Where does the extra one go?")
conv2d_same.hint("With a 1 x 1 kernel and a stride of 3, is any zero missing? What does your formula say?")


def missing(size, kernel_size, stride):
    """How many zeros "same" padding needs along one side; negative where there are cells to spare."""
    return (-(-size // stride) - 1) * stride + kernel_size - size


def padded_and_slid(images, kernels, stride, rows, columns):
    """The convolution, without biases, after padding by rows = (above, below) and columns = (left, right)."""
    windows = sliding_window_view(np.pad(images, ((0, 0), rows, columns, (0, 0))), kernels.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcm->nijm", windows[:, ::stride, ::stride], kernels)


def same(images, kernels, stride):
    rows, columns = (max(missing(images.shape[k + 1], kernels.shape[k], stride), 0) for k in (0, 1))
    return padded_and_slid(
        images, kernels, stride, (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)
    )


@conv2d_same.mistake
def odd_zero_first(images, kernels, biases, stride):
    """Your extra zero is at the top and left: where their number is odd, it goes to the bottom and right.

    The row 1, 2, 3 and the kernel [1, 1] at stride 1 need one zero. On the right it gives 3, 5, 3; on the left it gives
    1, 3, 5. The shape is the same, so only the numbers tell, and odd kernels at stride 1 hide it.
    """
    rows, columns = (max(missing(images.shape[k + 1], kernels.shape[k], stride), 0) for k in (0, 1))
    above, left = rows - rows // 2, columns - columns // 2
    return padded_and_slid(images, kernels, stride, (above, rows - above), (left, columns - left)) + biases


@conv2d_same.mistake
def half_the_kernel_on_both_sides(images, kernels, biases, stride):
    """You pad half a kernel on both sides: "same" padding depends on the image's size and the stride too.

    For odd kernels at stride 1 the rule is right. The row 1, 2, 3, 4 with the kernel [1, 10, 100] at stride 2 needs one
    zero only, on the right: 321, 43. With one on each side the windows start one cell earlier: 210, 432. An even kernel
    even gives a result that is too large.
    """
    KH, KW, _, _ = kernels.shape
    return padded_and_slid(images, kernels, stride, (KH // 2, KH // 2), (KW // 2, KW // 2)) + biases


@conv2d_same.mistake
def zeros_of_stride_one(images, kernels, biases, stride):
    """You pad as for stride 1 and then move by the stride: a larger stride needs fewer zeros.

    The shape comes out right, but the windows start too early. The row 1, 2, 3, 4 with the kernel [1, 10, 100] at
    stride 2 needs one zero, on the right, and gives 321, 43; with the two zeros of stride 1 it gives 210, 432. Odd
    sizes with a kernel of 3 hide it.
    """
    (above, below), (left, right) = (((k - 1) // 2, k // 2) for k in kernels.shape[:2])
    return padded_and_slid(images, kernels, stride, (above, below), (left, right)) + biases


@conv2d_same.mistake
def zeros_at_the_end_only(images, kernels, biases, stride):
    """You put all zeros at the bottom and right: half of them belong to the top and left.

    The row 1, 2, 3 with the kernel [1, 10, 100] at stride 1 needs two zeros, one on each side: 210, 321, 32. With both
    on the right it gives 321, 32, 3. Where one zero is missing, or none, the two rules agree.
    """
    rows, columns = (max(missing(images.shape[k + 1], kernels.shape[k], stride), 0) for k in (0, 1))
    return padded_and_slid(images, kernels, stride, (0, rows), (0, columns)) + biases


@conv2d_same.mistake
def negative_padding(images, kernels, biases, stride):
    """Your number of zeros becomes negative for a stride larger than the kernel: it is 0 then, nothing is cut off.

    The row 1, 1.1, 1.2 with a 1 x 1 kernel at stride 3 has one window, and (1 - 1) * 3 + 1 - 3 = -2 zeros are missing.
    Taken at its word, that cuts a cell off at either end and gives 1.1. The first window starts at the first cell: the
    answer is 1.
    """
    rows, columns = (missing(images.shape[k + 1], kernels.shape[k], stride) for k in (0, 1))
    top, left = rows // 2, columns // 2
    cropped = images[:, max(-top, 0) :, max(-left, 0) :]
    pads = (max(top, 0), max(rows - top, 0)), (max(left, 0), max(columns - left, 0))
    return padded_and_slid(cropped, kernels, stride, *pads) + biases


@conv2d_same.mistake
def no_padding(images, kernels, biases, stride):
    """Your image is not padded: "same" lays zeros around it, so that the border has windows too.

    This is the "valid" convolution. The row 1, 2, 3 with a kernel of 2 columns then gives two numbers; with "same" it
    gives three. A 1 x 1 kernel hides the difference.
    """
    return padded_and_slid(images, kernels, stride, (0, 0), (0, 0)) + biases


@conv2d_same.mistake
def stride_ignored(images, kernels, biases, stride):
    """Your result is as large as the image whatever the stride is: the window has to move by stride cells.

    "same" keeps the image's size at stride 1 only. At stride 2 a row of 5 pixels gives 3 numbers: one for each of the
    pixels 0, 2 and 4.
    """
    return same(images, kernels, 1) + biases


@conv2d_same.mistake
def stride_for_the_size_only(images, kernels, biases, stride):
    """You use the stride for the result's size only: the windows have to start stride cells apart too.

    The shape is right, but each window starts only one cell after the one before. The row 1, 2, 3, 4 with the kernel
    [1, 10, 100] at stride 2 gives 321, 43: the windows start at pixels 0 and 2. If the second starts at pixel 1, it
    gives 432.
    """
    _, OH, OW, _ = same(images, kernels, stride).shape
    rows, columns = (max(missing(images.shape[k + 1], kernels.shape[k], stride), 0) // 2 for k in (0, 1))
    KH, KW, _, _ = kernels.shape
    return padded_and_slid(images, kernels, 1, (rows, KH), (columns, KW))[:, :OH, :OW] + biases


@conv2d_same.mistake
def rows_of_zeros_for_columns(images, kernels, biases, stride):
    """You pad the columns like the rows: their number of zeros follows from the width, W and KW.

    For square images and kernels the two numbers are equal, which hides it. A kernel of 1 row and 3 columns at stride 1
    needs no zeros above and below, but one on the left and one on the right.
    """
    rows = max(missing(images.shape[1], kernels.shape[0], stride), 0)
    pads = rows // 2, rows - rows // 2
    return padded_and_slid(images, kernels, stride, pads, pads) + biases


@conv2d_same.mistake
def kernels_flipped(images, kernels, biases, stride):
    """Your kernels are turned upside down and left to right: lay them on the images as they are.

    With the window [1, 2] and the kernel [1, 10] a layer computes 1 * 1 + 2 * 10 = 21; flipped it is
    1 * 10 + 2 * 1 = 12. Let the image's index and the kernel's index grow together.
    """
    return same(images, kernels[::-1, ::-1], stride) + biases


@conv2d_same.mistake
def bias_forgotten(images, kernels, biases, stride):
    """Your result lacks the biases: add biases[m] once to every cell of channel m.

    Every cell of a channel is off by the same number, the bias of its filter. Biases of 0 hide this, so try your
    function with others. A sum of 321 and a bias of 0.5 give 321.5.
    """
    return same(images, kernels, stride)


@conv2d_same.mistake
def first_image_only(images, kernels, biases, stride):
    """Only the first image of your batch is computed: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    convolved with the same kernels.
    """
    result = same(images, kernels, stride) + biases
    result[1:] = 0
    return result


@conv2d_same.mistake
def half_the_kernel_first(images, kernels, biases, stride):
    """You begin with half a kernel of zeros: how many are at the top and left depends on size and stride too.

    The size of the result is right. The row 1, 2, 3, 4 with the kernel [1, 10, 100] at stride 2 needs one zero only, on
    the right: 321, 43. With one on the left the windows start one cell earlier: 210, 432. For odd kernels at stride 1
    the rule is right.
    """
    KH, KW, _, _ = kernels.shape
    _, OH, OW, _ = same(images, kernels, stride).shape
    result = padded_and_slid(images, kernels, stride, (KH // 2, KH // 2), (KW // 2, KW // 2))
    return result[:, :OH, :OW] + biases
