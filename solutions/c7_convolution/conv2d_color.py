"""Convolution of a colour image: the kernel is as deep as the image, and its sum runs over the channels as well.

A colour pixel holds several numbers, one a channel. The kernel has a weight for each of them, so that it can look for a
red edge beside a blue one. All products of a window, over rows, columns and channels, go into one sum: the result has
no channels left. This is the step that people miss, since it is easy to think of three gray convolutions side by side.

Channels are the last axis, as TensorFlow stores images. Then the numbers of one pixel are neighbours in memory, and
the innermost loop, which runs over channels, reads them one after the other.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import exercise, uniform


@exercise(
    points=3,
    order=2,
    needs=["conv2d_gray"],
    image=uniform("H W C"),
    kernel=uniform("KH KW C"),
    bias=uniform("1"),
    returns="H-KH+1 W-KW+1",
    reduces="KH KW C",
    square="H W, KH KW",
    H=(3, 9),
    W=(3, 9),
    KH=(1, 4),
    KW=(1, 4),
    C=(1, 5),
)
@njit(cache=True)
def conv2d_color(image, kernel, bias):
    """Slide a kernel over a colour image: stride 1, no padding.

    result[i, j] = bias[0] + sum over u, v and c of image[i + u, j + v, c] * kernel[u, v, c]

    H and W are the height and width of the image, C is the number of channels (3 for red, green and blue), KH and KW
    are the kernel's height and width. u counts from 0 to KH - 1, v from 0 to KW - 1, c from 0 to C - 1. The result has
    OH = H - KH + 1 rows and OW = W - KW + 1 columns, and no channels: they are summed over.

    Arguments:
        image: float32 array of shape (H, W, C).
        kernel: float32 array of shape (KH, KW, C), no larger than the image; KH and KW may differ.
        bias: float32 array of shape (1,), added once to each cell of the result.

    Returns:
        float32 array of shape (OH, OW).

    This is a cross-correlation: the kernel is not flipped.

    Example:
        >>> image = np.array([[[1, 2], [3, 4], [5, 6]]], dtype=np.float32)
        >>> kernel = np.array([[[1, 0], [10, 100]]], dtype=np.float32)
        >>> conv2d_color(image, kernel, np.array([0.5], dtype=np.float32))
        array([[431.5, 653.5]], dtype=float32)
    """
    H, W, C = image.shape
    KH, KW, _ = kernel.shape
    OH, OW = H - KH + 1, W - KW + 1
    result = np.empty((OH, OW), dtype=kernel.dtype)
    for i in range(OH):
        for j in range(OW):
            total = 0.0
            for u in range(KH):
                for v in range(KW):
                    for c in range(C):
                        total += image[i + u, j + v, c] * kernel[u, v, c]
            result[i, j] = total + bias[0]
    return result


@conv2d_color.fast
@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def along_the_rows(image, kernel, bias):
    """The innermost loop runs along a row of one channel: the compiler takes several pixels at a time."""
    H, W, C = image.shape
    KH, KW, _ = kernel.shape
    OH, OW = H - KH + 1, W - KW + 1
    # 1. Each channel becomes an image of its own, in which neighbours in a row are neighbours in memory.
    channels = np.empty((C, H, W), dtype=image.dtype)
    for h in range(H):
        for w in range(W):
            for c in range(C):
                channels[c, h, w] = image[h, w, c]
    # 2. A row of the result is short enough to stay near the processor until its sums are whole.
    result = np.empty((OH, OW), dtype=kernel.dtype)
    for i in range(OH):
        for j in range(OW):
            result[i, j] = bias[0]
        for c in range(C):
            for u in range(KH):
                for v in range(KW):
                    for j in range(OW):
                        result[i, j] += channels[c, i + u, j + v] * kernel[u, v, c]
    return result


@conv2d_color.tensorflow
def keras(image, kernel, bias):
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(1, kernel.shape[:2])
    layer.build((1, *image.shape))
    layer.set_weights([kernel[:, :, :, np.newaxis], bias])
    return layer(image[np.newaxis])[0, :, :, 0]


conv2d_color.telling(image=[[[1, 10, 100]]], kernel=[[[1, 1, 1]]], bias=[0])
conv2d_color.telling(
    image=[[[1, 2], [0, -1], [3, 1]], [[-2, 4], [5, 3], [1, -3]], [[2, 0], [1, 1], [-1, 2]]],
    kernel=[[[1, -1], [2, 3]]],
    bias=[1],
)
conv2d_color.telling(
    image=[[[1, -2, 3], [2, 0, 1]], [[4, 1, -1], [3, 5, 2]], [[0, 2, 1], [-3, 1, 4]]],
    kernel=[[[2, 1, 0]], [[-1, 3, 1]]],
    bias=[-2],
)

conv2d_color.family("tiny", C=(2, 3))
conv2d_color.family("oblong kernel", cases=1, KH=(1, 2), KW="KH+2")
conv2d_color.family("kernel as large as the image", cases=2, H=(2, 4), W=(2, 4), KH="H", KW="W")
conv2d_color.family("1 x 1 kernel", cases=1, KH=1, KW=1)
conv2d_color.family("one row", cases=1, H=1, KH=1)
conv2d_color.family("large", H=(10, 12), W=(10, 12), C=(3, 4), KH=(3, 4), KW=(3, 4))
conv2d_color.benchmark(grow="H W", H=512, W=512, C=3, KH=7, KW=7)

conv2d_color.hint("How many numbers does one window hold now? Each of them has a weight of its own in the kernel.")
conv2d_color.hint("The result has two axes. So over which axes of the window do you have to sum?")
conv2d_color.hint("Start from your gray convolution: one more loop inside, and still one bias for each window.")


def correlate(image, kernel):
    """All products of each window, summed over its rows and columns: shape (OH, OW, C)."""
    return np.einsum("ijcuv,uvc->ijc", sliding_window_view(image, kernel.shape[:2], axis=(0, 1)), kernel)


@conv2d_color.mistake
def kernel_flipped(image, kernel, bias):
    """Your kernel is turned upside down and left to right: lay it on the image as it is.

    A convolution as mathematics defines it reads the kernel backwards; a convolution layer does not. With one channel,
    the window [1, 2] and the kernel [1, 10], a layer computes 1 * 1 + 2 * 10 = 21; flipped it is 1 * 10 + 2 * 1 = 12.
    Let the image's index and the kernel's index grow together.
    """
    return correlate(image, kernel[::-1, ::-1]).sum(axis=2) + bias


@conv2d_color.mistake
def first_channel_only(image, kernel, bias):
    """You use the first channel only: the sum has to run over all channels of the window.

    The other channels of image and kernel never enter the result. For the pixel [1, 10, 100] and a kernel of three ones
    the result is 1 + 10 + 100 = 111; the first channel by itself gives 1. Images with one channel hide this.
    """
    return correlate(image, kernel)[:, :, 0] + bias


@conv2d_color.mistake
def channels_kept(image, kernel, bias):
    """Your result still has a channel axis: the kernel spans all channels, so their products go into one sum.

    Each channel was convolved by itself, which gives an array of shape (OH, OW, C). For the pixel [1, 10, 100] and a
    kernel of three ones that is [1, 10, 100], where the answer is the single number 111. (A layer that keeps the
    channels apart exists; it is called a depthwise convolution.)
    """
    return correlate(image, kernel) + bias


@conv2d_color.mistake
def channels_averaged(image, kernel, bias):
    """Your channels are averaged: add them up, the kernel already holds the weight of each.

    The sum over the window is divided by the number of channels, as if the image were turned to gray. For the pixel
    [1, 10, 100] and a kernel of three ones that gives 37, where 1 + 10 + 100 = 111 is right.
    """
    return correlate(image, kernel).mean(axis=2) + bias


@conv2d_color.mistake
def bias_for_each_channel(image, kernel, bias):
    """Your bias is added once for each channel: it belongs once to each cell of the result.

    It happens when a gray convolution, bias included, is called for each channel and the results are added. With three
    channels, a sum of 111 and a bias of 0.5 the result is then 112.5, where 111.5 is right. Add the bias after all
    channels are summed.
    """
    return (correlate(image, kernel) + bias).sum(axis=2)


@conv2d_color.mistake
def bias_for_each_cell(image, kernel, bias):
    """Your bias is added once for each cell of the kernel: it belongs once to each cell of the result.

    The bias stands inside the loops over the window. A 2 x 2 kernel then adds it 4 times: with a sum of 111 and a bias
    of 0.5 you get 113, where 111.5 is right. Add it after the sum over the window is complete.
    """
    KH, KW, _ = kernel.shape
    return correlate(image, kernel).sum(axis=2) + bias * KH * KW


@conv2d_color.mistake
def bias_forgotten(image, kernel, bias):
    """Your result lacks the bias: add it once to every cell of the result.

    Every cell is off by the same number, the bias. If the weighted sum of a window is 111 and the bias is 0.5, the
    result there is 111.5, not 111. A bias of 0 hides this, so try your function with another one.
    """
    return correlate(image, kernel).sum(axis=2)


@conv2d_color.mistake
def one_side_for_both(image, kernel, bias):
    """You use the kernel's height for both of its sides: its width KW has to be read and used too.

    A square kernel hides this. A kernel of 1 row and 2 columns on a row of three pixels gives two results; with the
    height in place of the width there are three, each made of one pixel only. Where the kernel is higher than wide, the
    loop runs off the kernel's right end. Take both numbers from the kernel's shape, and use KH with H, KW with W.
    """
    H, W, _ = image.shape
    KH = kernel.shape[0]
    result = np.zeros((H - KH + 1, W - KH + 1), dtype=np.float32)
    for i in range(H - KH + 1):
        for j in range(W - KH + 1):
            result[i, j] = bias[0]
            for u in range(KH):
                for v in range(KH):
                    result[i, j] += np.sum(image[i + u, j + v] * kernel[u, v])
    return result


@conv2d_color.mistake
def height_and_width_swapped(image, kernel, bias):
    """Your result is transposed: rows come first (OH), columns second (OW), as in the image.

    The values are right, but the cell for row i and column j stands at [j, i]. With an image and a kernel that are both
    square the shape does not tell; only the numbers do. Let the first index count rows everywhere.
    """
    return (correlate(image, kernel).sum(axis=2) + bias).T


@conv2d_color.mistake
def last_channel_only(image, kernel, bias):
    """Only the last channel is in your result: each channel replaces the one before it, where it should be added.

    A loop over the channels that assigns (=) keeps the last one; it has to add to the sum so far (+=). For the pixel
    [1, 10, 100] and a kernel of three ones the result is 1 + 10 + 100 = 111; the last channel by itself gives 100.
    Images with one channel hide this.
    """
    return correlate(image, kernel)[:, :, -1] + bias


@conv2d_color.mistake
def first_kernel_channel_for_all(image, kernel, bias):
    """You lay the kernel's first channel on every channel of the image: channel c has kernel[:, :, c].

    On a 1 x 1 image with the channels [1, 10, 100] and the kernel [1, 2, 3] the sum is 1 + 20 + 300 = 321. With the
    first weight for all it is 111.
    """
    return correlate(image, np.repeat(kernel[:, :, :1], kernel.shape[2], axis=2)).sum(axis=2) + bias


@conv2d_color.mistake
def channels_reversed_too(image, kernel, bias):
    """Your kernel is turned around along all three axes: lay it on the image as it is, channel on channel.

    On a 1 x 1 image with the channels [1, 10, 100] and the kernel [1, 2, 3] the sum is 1 + 20 + 300 = 321. In reverse
    order it is 3 + 20 + 100 = 123.
    """
    return correlate(image, kernel[::-1, ::-1, ::-1]).sum(axis=2) + bias
