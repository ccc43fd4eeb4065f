"""The convolution layer: a mini-batch of images, and many kernels, each of which finds something else.

Each of the M filters is a kernel like that of a colour image, with a bias of its own, and gives one channel of the
result. So the layer turns C channels into M, and what comes out is an image again, ready for the next layer. In the
array of kernels the last two axes are "channels in" and "filters out", in this order, as TensorFlow keeps them.

Seven loops say all of it: four choose a cell of the result, three run over the window. Libraries do not run them in
this order, nor one by one, but they compute this sum.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import exercise, uniform


@exercise(
    points=4,
    order=3,
    needs=["conv2d_color"],
    images=uniform("N H W C"),
    kernels=uniform("KH KW C M"),
    biases=uniform("M"),
    returns="N H-KH+1 W-KW+1 M",
    reduces="KH KW C",
    square="H W, KH KW, C M",
    N=(1, 3),
    H=(3, 8),
    W=(3, 8),
    KH=(1, 4),
    KW=(1, 4),
    C=(1, 5),
    M=(1, 5),
)
@njit(cache=True)
def conv2d(images, kernels, biases):
    """Slide several kernels over each image of a mini-batch: stride 1, no padding.

    result[n, i, j, m] = biases[m] + sum over u, v and c of images[n, i + u, j + v, c] * kernels[u, v, c, m]

    N is the number of images, H and W are their height and width, C is the number of channels. There are M kernels,
    also called filters, each of height KH, width KW and depth C. u counts from 0 to KH - 1, v from 0 to KW - 1, c from
    0 to C - 1. The result has OH = H - KH + 1 rows, OW = W - KW + 1 columns, and M channels, one a filter.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: float32 array of shape (KH, KW, C, M), no larger than the images; filter m is kernels[:, :, :, m].
        biases: float32 array of shape (M,), one a filter.

    Returns:
        float32 array of shape (N, OH, OW, M), four axes also where N, OH, OW or M is 1.

    This is a cross-correlation: the kernels are not flipped.

    Example:
        >>> images = np.array([[[[1], [2], [3]]]], dtype=np.float32)
        >>> kernels = np.array([[[[1, 0]], [[10, -1]]]], dtype=np.float32)
        >>> conv2d(images, kernels, np.array([0, 0.5], dtype=np.float32))
        array([[[[21. , -1.5],
                 [32. , -2.5]]]], dtype=float32)
    """
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH, OW = H - KH + 1, W - KW + 1
    result = np.empty((N, OH, OW, M), dtype=kernels.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    total = 0.0
                    for u in range(KH):
                        for v in range(KW):
                            for c in range(C):
                                total += images[n, i + u, j + v, c] * kernels[u, v, c, m]
                    result[n, i, j, m] = total + biases[m]
    return result


@conv2d.fast
@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def four_products_at_a_time(images, kernels, biases):
    """Four products at a time, along a row of the result: its numbers are fetched and stored once for the four."""
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH, OW = H - KH + 1, W - KW + 1
    result = np.empty((N, OH, OW, M), dtype=kernels.dtype)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    result[n, i, j, m] = biases[m]
            for u in range(KH):
                # A row of a window lies in memory as KW * C numbers one after another, and so does a row of a kernel.
                pixels, weights = images[n, i + u].reshape(W * C), kernels[u].reshape(KW * C, M)
                first = KW * C % 4
                for k in range(first):
                    for j in range(OW):
                        for m in range(M):
                            result[n, i, j, m] += pixels[j * C + k] * weights[k, m]
                for k in range(first, KW * C, 4):
                    w0, w1, w2, w3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
                    for j in range(OW):
                        p = j * C + k
                        x0, x1, x2, x3 = pixels[p], pixels[p + 1], pixels[p + 2], pixels[p + 3]
                        for m in range(M):
                            result[n, i, j, m] += x0 * w0[m] + x1 * w1[m] + x2 * w2[m] + x3 * w3[m]
    return result


@conv2d.tensorflow
def keras(images, kernels, biases):
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(kernels.shape[3], kernels.shape[:2])
    layer.build(images.shape)
    layer.set_weights([kernels, biases])
    return layer(images)


conv2d.telling(images=[[[[1, 10, 100]]]], kernels=[[[[1, 2], [3, 4], [5, 6]]]], biases=[0, 0])
conv2d.telling(
    images=[[[[1], [2], [-3]], [[0], [4], [1]]], [[[2], [-1], [5]], [[3], [1], [-2]]]],
    kernels=[[[[1, -1, 2]], [[3, 0, 1]]]],
    biases=[1, -2, 3],
)
conv2d.telling(
    images=[
        [
            [[1, 2], [0, -1], [3, 1]],
            [[-2, 4], [5, 3], [1, -3]],
            [[2, 0], [1, 1], [-1, 2]],
            [[3, -2], [0, 4], [2, 1]],
        ]
    ],
    kernels=[
        [[[1, 2], [3, -1]], [[2, 1], [0, 3]]],
        [[[0, 1], [-2, 2]], [[1, 0], [2, -2]]],
        [[[2, -3], [1, 1]], [[-1, 2], [3, 0]]],
    ],
    biases=[5, -5],
)

conv2d.family("tiny", cases=1, N=(1, 2), C=(1, 2))
conv2d.family("oblong kernel", cases=1, N=(1, 2), KH=(1, 2), KW="KH+2")
conv2d.family("kernel as large as the image", cases=1, H=(2, 4), W=(2, 4), KH="H", KW="W")
conv2d.family("1 x 1 kernel", cases=1, KH=1, KW=1)
conv2d.family("more filters than kernel rows", cases=1, N=2, KH=(1, 3), M="KH+2")
conv2d.family("fewer filters than kernel rows", cases=1, N=2, KH=(3, 4), KW="KH+1", M="KH-1")
conv2d.family("one row", cases=1, N=(2, 3), H=1, KH=1)
conv2d.family("typical", cases=3)
conv2d.family("large", N=1, H=(9, 10), W=(9, 10), KH=(2, 3), KW=(2, 3), C=2, M=(3, 4))
conv2d.benchmark(grow="N H W", N=1, H=56, W=56, C=64, KH=3, KW=3, M=64)

conv2d.hint("Fix one image n and one filter m: what is left is the exercise before.")
conv2d.hint("Write down where each of N, H, W, C, KH, KW and M comes from, and give no two of them the same name.")
conv2d.hint("How many loops choose a cell of the result, how many run over the window? Where does biases[m] belong?")


def correlate(images, kernels):
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcm->nijm", windows, kernels)


@conv2d.mistake
def kernels_flipped(images, kernels, biases):
    """Your kernels are turned upside down and left to right: lay them on the images as they are.

    A convolution as mathematics defines it reads the kernel backwards; a convolution layer does not. With the window
    [1, 2] and the kernel [1, 10] a layer computes 1 * 1 + 2 * 10 = 21; flipped it is 1 * 10 + 2 * 1 = 12. Let the
    image's index and the kernel's index grow together.
    """
    return correlate(images, kernels[::-1, ::-1]) + biases


@conv2d.mistake
def channels_and_filters_mixed(images, kernels, biases):
    """You mix up the last two axes of the kernels: channels (C) come first, filters (M) last.

    The kernels were reshaped, or read, as if their axes were (KH, KW, M, C). For the pixel [1, 10, 100] and 1 x 1
    kernels that hold 1 to 6 in the shape (1, 1, 3, 2), the first filter is [1, 3, 5] and gives 1 + 30 + 500 = 531; read
    the other way it is [1, 2, 3] and gives 321. Where C and M are equal, the shape does not tell.
    """
    KH, KW, C, M = kernels.shape
    windows = sliding_window_view(images, (KH, KW), axis=(1, 2))
    return np.einsum("nijcuv,uvmc->nijm", windows, kernels.reshape(KH, KW, M, C)) + biases


@conv2d.mistake
def filters_for_the_output_size(images, kernels, biases):
    """You use the number of filters where the kernel's size is meant: the output's sides follow from KH and KW.

    The output is made of H - M + 1 rows and W - M + 1 columns. With two filters of 3 x 3 on a 5 x 5 image there are
    5 - 3 + 1 = 3 rows; with M in the place of KH it would be 4, and the last window would reach past the border. An
    example with as many filters as kernel rows hides this. M only says how many channels come out.
    """
    N, H, W, _ = images.shape
    KH, KW, _, M = kernels.shape
    result = np.zeros((N, H - M + 1, W - M + 1, M), dtype=np.float32)
    for i in range(H - M + 1):
        for j in range(W - M + 1):
            window = images[:, i : i + KH, j : j + KW]
            result[:, i, j] = np.tensordot(window, kernels[: window.shape[1], : window.shape[2]], axes=3) + biases
    return result


@conv2d.mistake
def filters_for_the_window(images, kernels, biases):
    """Your loops over the window run to the number of filters: they have to run to KH and KW.

    With fewer filters than kernel rows only a part of the kernel is used: a 3 x 3 kernel with two filters is read as
    2 x 2, so 4 of its 9 cells count. With more filters the loop runs off the kernel. An example in which M equals KH
    and KW hides this.
    """
    N, H, W, _ = images.shape
    KH, KW, _, M = kernels.shape
    result = np.zeros((N, H - KH + 1, W - KW + 1, M), dtype=np.float32) + biases
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            for u in range(M):
                for v in range(M):
                    result[:, i, j] += images[:, i + u, j + v] @ kernels[u, v]
    return result


@conv2d.mistake
def first_image_only(images, kernels, biases):
    """Only the first image of your batch is computed: the others are left at 0.

    The loop over n is missing, or it returns too early. A batch of one image hides this. Every image of the batch is
    convolved with the same kernels.
    """
    result = np.zeros_like(correlate(images, kernels))
    result[0] = correlate(images[:1], kernels)[0] + biases
    return result


@conv2d.mistake
def first_filter_only(images, kernels, biases):
    """Only the first filter is computed: the other channels of your result are left at 0.

    With two filters, the pixel [1, 10, 100] gives [531, 0] where [531, 642] is right. A layer with one filter hides
    this. Each filter m has its own kernel and its own bias, and fills channel m of the result.
    """
    result = np.zeros_like(correlate(images, kernels))
    result[..., 0] = correlate(images, kernels)[..., 0] + biases[0]
    return result


@conv2d.mistake
def first_channel_only(images, kernels, biases):
    """You use the first channel of the images only: the sum has to run over all channels of the window.

    The other channels of image and kernel never enter the result. For the pixel [1, 10, 100] and a kernel of three ones
    the result is 1 + 10 + 100 = 111; the first channel by itself gives 1. Images with one channel hide this.
    """
    return correlate(images[..., :1], kernels[:, :, :1]) + biases


@conv2d.mistake
def channels_averaged(images, kernels, biases):
    """Your channels are averaged: add them up, the kernel already holds the weight of each.

    The sum over the window is divided by the number of channels, as if the image were turned to gray. For the pixel
    [1, 10, 100] and a kernel of three ones that gives 37, where 1 + 10 + 100 = 111 is right.
    """
    return correlate(images, kernels) / images.shape[3] + biases


@conv2d.mistake
def bias_forgotten(images, kernels, biases):
    """Your result lacks the biases: add biases[m] once to every cell of channel m.

    Every cell of a channel is off by the same number, the bias of its filter. Biases of 0 hide this, so try your
    function with others. A sum of 21 and a bias of 0.5 give 21.5.
    """
    return correlate(images, kernels)


@conv2d.mistake
def first_bias_for_all(images, kernels, biases):
    """You add the first bias to all channels: each filter has a bias of its own.

    With the biases [0, 0.5] the second channel lacks its 0.5. A layer with one filter hides this. Channel m of the
    result takes biases[m].
    """
    return correlate(images, kernels) + biases[0]


@conv2d.mistake
def bias_for_each_channel(images, kernels, biases):
    """Your bias is added once for each channel of the images: it belongs once to each cell of the result.

    It happens when each channel is convolved by itself, bias included, and the results are added. With three channels,
    a sum of 111 and a bias of 0.5 the result is then 112.5, where 111.5 is right. Add the bias after all channels are
    summed.
    """
    return correlate(images, kernels) + biases * images.shape[3]


@conv2d.mistake
def bias_for_each_cell(images, kernels, biases):
    """Your bias is added once for each cell of the kernel: it belongs once to each cell of the result.

    The bias stands inside the loops over the window. A 2 x 2 kernel then adds it 4 times: with a sum of 111 and a bias
    of 0.5 you get 113, where 111.5 is right. Add it after the sum over the window is complete.
    """
    KH, KW, _, _ = kernels.shape
    return correlate(images, kernels) + biases * KH * KW


@conv2d.mistake
def one_side_for_both(images, kernels, biases):
    """You use the kernels' height for both of their sides: their width KW has to be read and used too.

    Square kernels hide this. A kernel of 1 row and 2 columns on a row of three pixels gives two results; with the
    height in place of the width there are three, each made of one pixel only. Where the kernel is higher than wide, the
    loop runs off the kernel's right end. Take both numbers from the shape, and use KH with H, KW with W.
    """
    N, H, W, _ = images.shape
    KH, _, _, M = kernels.shape
    result = np.zeros((N, H - KH + 1, W - KH + 1, M), dtype=np.float32) + biases
    for i in range(H - KH + 1):
        for j in range(W - KH + 1):
            for u in range(KH):
                for v in range(KH):
                    result[:, i, j] += images[:, i + u, j + v] @ kernels[u, v]
    return result


@conv2d.mistake
def height_and_width_swapped(images, kernels, biases):
    """Rows and columns of your result are swapped: its axes are (N, OH, OW, M).

    The values are right, but the cell for row i and column j stands at [n, j, i, m]. Square images and kernels hide it
    from the shape; only the numbers tell. Let the axis after the batch count rows everywhere.
    """
    return (correlate(images, kernels) + biases).transpose(0, 2, 1, 3)


@conv2d.mistake
def axes_of_one_squeezed(images, kernels, biases):
    """Your result loses its axes of size 1: it has to keep all four, (N, OH, OW, M).

    A squeeze without an axis removes every axis of size 1, and not only the one you had in mind. With a single image,
    the shape (1, 3, 3, 2) becomes (3, 3, 2), and the next layer takes rows for images. Leave the axes as they are, or
    name the one to remove.
    """
    return np.squeeze(correlate(images, kernels) + biases)


@conv2d.mistake
def last_channel_only(images, kernels, biases):
    """Only the last channel is in your result: each channel replaces the one before it, where it should be added.

    A loop over the channels that assigns (=) keeps the last one; it has to add to the sum so far (+=). For the pixel
    [1, 10, 100] and a kernel of three ones the result is 1 + 10 + 100 = 111; the last channel by itself gives 100.
    Images with one channel hide this.
    """
    return correlate(images[..., -1:], kernels[:, :, -1:]) + biases


@conv2d.mistake
def summed_over_the_batch(images, kernels, biases):
    """Your sum runs over the images too, so that all of them get the same result: each image has its own.

    With np.sum over a slice of all images, or with the axes (0, 1, 2, 3), the batch is added up. If a window gives 3 in
    the first image and 5 in the second, you get 8 in both. A batch of one hides it.
    """
    total = correlate(images, kernels).sum(axis=0, keepdims=True)
    return np.repeat(total, len(images), axis=0) + biases
