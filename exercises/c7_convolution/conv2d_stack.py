"""A stack of convolution layers: each layer's output is the next one's image."""

import numpy as np


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
    # TODO
    raise NotImplementedError
