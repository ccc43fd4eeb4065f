"""A stack of convolution layers: each layer's output is the next one's image.

The first layer sees a few pixels at once. A cell of the second layer sees several cells of the first, hence a larger
part of the image, and so on: with every layer the receptive field grows, while the image shrinks by KH - 1 rows and
KW - 1 columns. Between the layers stands relu, which keeps positive numbers and sets negative ones to 0. Without it
the whole stack would be one linear map, no stronger than a single layer with a larger kernel.

One compiled function computes one layer; a plain loop goes through the layers, for a list of arrays of different shapes
is no matter for a compiler. The loops are those of a single layer, and relu is applied as each sum is stored.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import exercise, layers, uniform


@njit(cache=True)
def relu_layer(images, kernels, biases):
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
                    result[n, i, j, m] = max(total + biases[m], 0.0)
    return result


@exercise(
    points=4,
    order=4,
    needs=["conv2d", "binary_classifier"],
    images=uniform("N H W C"),
    kernels=layers(uniform("KH KW C M", fan_in=True)),
    biases=layers(uniform("M")),
    chain="C M",
    returns="N H-sum(KH)+D W-sum(KW)+D M",
    reduces="KH KW C",
    square="H W, KH KW, C M",
    D=(1, 3),
    N=(1, 3),
    H=(4, 9),
    W=(4, 9),
    KH=(1, 3),
    KW=(1, 3),
    C=(1, 4),
    M=(1, 5),
)
def conv2d_stack(images, kernels, biases):
    """Send a mini-batch of images through convolution layers, one after another, with relu after each.

    For each layer, with its own kernels k and biases b (stride 1, no padding):

    z[n, i, j, m] = b[m] + sum over u, v and c of x[n, i + u, j + v, c] * k[u, v, c, m]
    y[n, i, j, m] = z[n, i, j, m] where that is positive, else 0

    x is the layer's input: the images for the first layer, the previous layer's y for every other one. The result is
    the y of the last layer.

    N is the number of images, H and W are their height and width, C is the number of channels. Each layer has its own
    kernel height KH, width KW, and number of filters M, which is the number of channels that the next layer takes. A
    layer's output has KH - 1 rows and KW - 1 columns fewer than its input.

    Arguments:
        images: float32 array of shape (N, H, W, C).
        kernels: list of float32 arrays, one a layer, each of shape (KH, KW, channels in, filters).
        biases: list of float32 arrays, one a layer, each of shape (filters,). Both lists are of equal length: one
            layer or more.

    Returns:
        float32 array of shape (N, OH, OW, M), M being the number of filters of the last layer.

    The kernels are not flipped. relu follows the last layer too.

    Example:
        >>> images = np.array([[[[1], [-2], [3]]]], dtype=np.float32)
        >>> first = np.array([[[[1]], [[1]]]], dtype=np.float32)
        >>> second = np.array([[[[2, 1]]]], dtype=np.float32)
        >>> biases = [np.array([0], dtype=np.float32), np.array([-0.5, 4], dtype=np.float32)]
        >>> conv2d_stack(images, [first, second], biases)
        array([[[[0. , 4. ],
                 [1.5, 5. ]]]], dtype=float32)
    """
    for layer_kernels, layer_biases in zip(kernels, biases, strict=True):
        images = relu_layer(images, layer_kernels, layer_biases)
    return images


@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def fast_layer(images, kernels, biases):
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
            for j in range(OW):
                for m in range(M):
                    if result[n, i, j, m] < 0:
                        result[n, i, j, m] = 0
    return result


@conv2d_stack.fast
def fast_layers(images, kernels, biases):
    for layer_kernels, layer_biases in zip(kernels, biases, strict=True):
        images = fast_layer(images, layer_kernels, layer_biases)
    return images


@conv2d_stack.tensorflow
def keras(images, kernels, biases):
    import tensorflow as tf

    model = tf.keras.Sequential(
        [tf.keras.layers.Conv2D(one.shape[3], one.shape[:2], activation="relu") for one in kernels]
    )
    model.build(images.shape)
    model.set_weights([array for pair in zip(kernels, biases, strict=True) for array in pair])
    return model(images)


conv2d_stack.telling(
    images=[[[[1], [-2], [3]], [[0], [4], [-1]]]],
    kernels=[[[[[1, -1]], [[2, 1]]]]],
    biases=[[1, -2]],
)
conv2d_stack.telling(
    images=[[[[1, -2], [3, 1]], [[-1, 2], [0, -4]], [[2, 2], [1, -1]]]],
    kernels=[[[[[1, 0], [-1, 2]]]], [[[[1, 1], [1, -1]]]]],
    biases=[[1, -1], [2, 1]],
)
conv2d_stack.telling(
    images=[[[[1], [-2], [3], [2]], [[0], [4], [-1], [1]], [[2], [-3], [1], [5]]]],
    kernels=[[[[[1, -1]], [[2, 1]]]], [[[[1], [2]]], [[[-1], [3]]]]],
    biases=[[-3, 2], [-4]],
)

conv2d_stack.family("tiny", cases=1, N=(1, 2), H=(3, 4), W=(3, 4), C=(1, 2), M=(1, 2), D=2)
conv2d_stack.family("one layer", cases=1, D=1)
conv2d_stack.family("three layers", cases=2, D=3, N=(1, 2), H=(6, 9), W=(6, 9), M=(2, 4))
conv2d_stack.family("as many filters as channels", cases=1, D=2, KH=1, KW=(1, 2), C=3, M=3)
conv2d_stack.family("last kernel fills the image", cases=1, D=2, H=5, W=7, KH=3, KW=4)
conv2d_stack.family("typical", cases=3)
conv2d_stack.family("large", N=1, D=2, H=(10, 11), W=(10, 11), KH=(2, 3), KW=(2, 3), C=(2, 3), M=(3, 4))
conv2d_stack.benchmark(grow="N H W", D=3, N=4, H=32, W=32, C=3, KH=3, KW=3, M=32)

conv2d_stack.hint("Write one layer first: your conv2d, and then every negative number becomes 0.")
conv2d_stack.hint("What is the image of the second layer? Keep it in one variable that each turn of the loop replaces.")
conv2d_stack.hint("Take the shapes anew in each layer: height, width, channels and the kernel's sides all change.")


def correlate(images, kernels):
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcm->nijm", windows, kernels)


@conv2d_stack.mistake
def relu_forgotten(images, kernels, biases):
    """Your layers have no relu: after each layer, negative numbers become 0.

    Without it, two layers in a row are only one linear map. In the docstring's example the first layer gives [-1, 1],
    which relu turns into [0, 1]; without relu the second layer gets the -1 and answers -2.5 where 0 is right.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = correlate(x, k) + b
    return x


@conv2d_stack.mistake
def relu_at_the_end_only(images, kernels, biases):
    """Your relu is applied at the end only: it follows each layer, also those in between.

    A stack of one layer hides this. In the docstring's example the first layer gives [-1, 1]; the second must see
    [0, 1]. If it sees the -1, its second filter answers -1 + 4 = 3 where 0 + 4 = 4 is right.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = correlate(x, k) + b
    return np.maximum(x, 0)


@conv2d_stack.mistake
def no_relu_after_the_last(images, kernels, biases):
    """Your last layer has no relu: in this stack it follows the last layer too.

    Many networks end in a layer without relu, so the habit is a good one, but here the result must not be negative. In
    the docstring's example the last layer gives -0.5 in one place, and the result there is 0.
    """
    x = images
    for k, b in zip(kernels[:-1], biases[:-1], strict=True):
        x = np.maximum(correlate(x, k) + b, 0)
    return correlate(x, kernels[-1]) + biases[-1]


@conv2d_stack.mistake
def images_in_every_layer(images, kernels, biases):
    """Every layer of yours reads the images again: it has to read what the layer before gave.

    The result is that of the last layer alone, so all others are computed in vain. Where the channels of the images are
    not as many as the last layer takes, it even fails. Let each layer's output become the next layer's input.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = np.maximum(correlate(images, k) + b, 0)
    return x


@conv2d_stack.mistake
def last_layer_left_out(images, kernels, biases):
    """Your last layer is missing: the loop has to run over all of the layers.

    A loop that stops one short returns the output of the layer before. With two layers of 4 and 2 filters the result
    then has 4 channels. Count: as many turns as there are arrays in the list of kernels.
    """
    x = images
    for k, b in zip(kernels[:-1], biases[:-1], strict=True):
        x = np.maximum(correlate(x, k) + b, 0)
    return x


@conv2d_stack.mistake
def two_layers_only(images, kernels, biases):
    """You compute two layers whatever the list holds: the number of layers is the length of the list.

    The depth of one example is written into the code. With a single layer there is no second one to use, and with three
    the last is left out. Loop over the list.
    """
    x = np.maximum(correlate(images, kernels[0]) + biases[0], 0)
    return np.maximum(correlate(x, kernels[1]) + biases[1], 0)


@conv2d_stack.mistake
def biases_forgotten(images, kernels, biases):
    """Your layers lack their biases: each adds biases[m] to channel m before relu.

    In the docstring's example the last layer's bias of 4 lifts 0 to 4 and 1 to 5. Without biases the result there is 0
    and 1. Biases of 0 hide this.
    """
    x = images
    for k in kernels:
        x = np.maximum(correlate(x, k), 0)
    return x


@conv2d_stack.mistake
def bias_after_relu(images, kernels, biases):
    """You add the bias after relu: the bias belongs to the sum, and relu comes last.

    The order matters where the sum is negative. With a sum of -1 and a bias of 4, relu(-1 + 4) = 3 is right, while
    relu(-1) + 4 = 4; with a sum of 1 and a bias of -2, 0 is right, while the other order gives -1.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = np.maximum(correlate(x, k), 0) + b
    return x


@conv2d_stack.mistake
def kernels_flipped(images, kernels, biases):
    """Your kernels are turned upside down and left to right: lay them on the images as they are.

    A convolution as mathematics defines it reads the kernel backwards; a convolution layer does not. With the window
    [1, 2] and the kernel [1, 10] a layer computes 1 * 1 + 2 * 10 = 21; flipped it is 1 * 10 + 2 * 1 = 12.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = np.maximum(correlate(x, k[::-1, ::-1]) + b, 0)
    return x


@conv2d_stack.mistake
def sigmoid_for_relu(images, kernels, biases):
    """Your layers end in a sigmoid: relu is asked, which keeps positive numbers as they are.

    All numbers of such a result lie between 0 and 1. A sum of 1.5 stays 1.5 under relu, while its sigmoid is 0.8176; a
    sum of -0.5 becomes 0, while its sigmoid is 0.3775.
    """
    x = images
    for k, b in zip(kernels, biases, strict=True):
        x = 1 / (1 + np.exp(-(correlate(x, k) + b)))
    return x


@conv2d_stack.mistake
def only_the_first_layer(images, kernels, biases):
    """Your function returns after its first layer: all the layers of the list are asked for.

    A `return` inside the loop ends it after the first turn. It belongs behind the loop, as far to the left as `for`. A
    stack of one layer hides it.
    """
    return np.maximum(correlate(images, kernels[0]) + biases[0], 0)
