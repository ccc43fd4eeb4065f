"""Deep learning course, all exercises.

I add everything up from the last term to the first, just to see whether the order matters.
"""

import numpy as np

LOW = 1e-7
HIGH = 1 - 1e-7


def add_up(values):
    """The sum over the first axis, from the last entry to the first."""
    total = np.zeros(values.shape[1:], dtype=np.float32)
    for value in values[::-1]:
        total = total + value
    return total


def product(x, w):
    """x w, features from last to first."""
    x = x.astype(np.float32)
    total = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for f in range(x.shape[1] - 1, -1, -1):
        total += np.outer(x[:, f], w[f])
    return total


# ---- chapters 1 to 3


def affine_scalar(x, w, b):
    return b + w * x


def affine_row(x, w, b):
    y = np.float32(b[0])
    for f in reversed(range(x.shape[1])):
        y += x[0, f] * w[f, 0]
    return np.array([[y]])


def affine_minibatch(x, w, b):
    return b + product(x, w)


def sigmoid_neuron(x, w, b):
    return sigmoid(affine_minibatch(x, w, b))


def dense(x, w, b):
    return product(x, w) + b


def sigmoid_layer(x, w, b):
    # flipping the features of both changes nothing but the order of the sum
    z = x[:, ::-1] @ w[::-1] + b
    return sigmoid(z)


def sigmoid_layer_loops(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    y = np.zeros((N, U), dtype=np.float32)
    for n in range(N):
        for u in range(U):
            z = b[u]
            for f in range(F - 1, -1, -1):
                z = z + x[n, f] * w[f, u]
            y[n, u] = sigmoid(np.array([z]))[0]
    return y


def dense_stack(x, weights, biases):
    a = x
    for i in range(len(weights)):
        a = sigmoid(product(a, weights[i]) + biases[i])
    return a


# ---- chapter 4


def sigmoid(z):
    """With tanh: no overflow on either side."""
    half = np.float32(0.5)
    return half + half * np.tanh(half * z)


def relu(z):
    return z * (z > 0)


def logistic_regression(x, w, b):
    return sigmoid(product(x, w) + b)


def binary_classifier(x, weights, biases):
    last = len(weights) - 1
    h = x
    for i in range(last):
        h = relu(product(h, weights[i]) + biases[i])
    return sigmoid(product(h, weights[last]) + biases[last])


# ---- chapter 5


def softmax(logits):
    e = np.exp(logits - np.max(logits, axis=1)[:, None])
    return e / add_up(e.T)[:, None]


def softmax_layer(x, w, b):
    return softmax(dense(x, w, b))


def multiclass_classifier(x, weights, biases):
    a = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        a = relu(dense(a, w, b))
    return softmax_layer(a, weights[-1], biases[-1])


# ---- chapter 6


def regression_targets(x, w, b):
    return add_up((x * w).T) + b


def mean_squared_error(y, y_hat):
    squares = np.square(y_hat - y)[:, 0]
    return add_up(squares) / np.float32(len(squares))


def mse_per_batch(x, y, w, b, batch_size):
    y_hat = affine_minibatch(x, w, b)
    losses = []
    for start in range(0, len(x), batch_size):
        end = start + batch_size
        losses.append(mean_squared_error(y[start:end], y_hat[start:end]))
    return np.array(losses, dtype=np.float32)


def binary_targets(x, w, b, threshold):
    score = regression_targets(x, w, b)
    return np.where(score > threshold, 1, 0).astype(np.int32)


def binary_cross_entropy(y, y_hat):
    y = y.astype(np.float32)
    p = np.minimum(np.maximum(y_hat, LOW), HIGH)
    terms = (1 - y) * np.log(1 - p) + y * np.log(p)
    return -add_up(terms[:, 0]) / np.float32(len(y))


def bce_per_batch(x, y, w, b, batch_size):
    N = len(x)
    losses = []
    for start in range(0, N, batch_size):
        stop = min(start + batch_size, N)
        y_hat = sigmoid_neuron(x[start:stop], w, b)
        losses.append(binary_cross_entropy(y[start:stop].reshape(-1, 1), y_hat))
    return np.array(losses, dtype=np.float32)


def categorical_cross_entropy(y, y_hat):
    logs = y * np.log(np.clip(y_hat, LOW, HIGH))
    return -add_up(add_up(logs.T)) / np.float32(len(y))


def sparse_categorical_cross_entropy(labels, y_hat):
    total = np.float32(0)
    for n in range(len(labels) - 1, -1, -1):
        p = np.clip(y_hat[n, labels[n]], np.float32(LOW), np.float32(HIGH))
        total -= np.log(p)
    return total / np.float32(len(labels))


# ---- chapter 7


def conv2d_gray(image, kernel, bias):
    KH, KW = kernel.shape
    OH = image.shape[0] - KH + 1
    OW = image.shape[1] - KW + 1
    out = np.full((OH, OW), bias[0])
    for u in reversed(range(KH)):
        for v in reversed(range(KW)):
            out += image[u : u + OH, v : v + OW] * kernel[u, v]
    return out


def conv2d_color(image, kernel, bias):
    """One gray convolution a channel, blue first."""
    no_bias = np.zeros(1, dtype=np.float32)
    channels = [conv2d_gray(image[:, :, c], kernel[:, :, c], no_bias) for c in range(image.shape[2])]
    return add_up(np.stack(channels)) + bias[0]


def conv2d(images, kernels, biases):
    return conv2d_strided(images, kernels, biases, 1)


def conv2d_stack(images, kernels, biases):
    for kernel, bias in zip(kernels, biases, strict=True):
        images = relu(conv2d(images, kernel, bias))
    return images


# ---- chapter 8


def max_pool2d_gray(image, pool_size, stride):
    return max_pool2d(image[None, :, :, None], pool_size, stride)[0, :, :, 0]


def window_cells(images, pool_size, stride):
    """For each place in the window, the cells that stand there: (pool_size ** 2, N, OH, OW, C)."""
    OH = (images.shape[1] - pool_size) // stride + 1
    OW = (images.shape[2] - pool_size) // stride + 1
    cells = []
    for u in range(pool_size):
        for v in range(pool_size):
            cells.append(images[:, u::stride, v::stride][:, :OH, :OW])
    return np.stack(cells)


def max_pool2d(images, pool_size, stride):
    return np.max(window_cells(images, pool_size, stride), axis=0)


def average_pool2d(images, pool_size, stride):
    return add_up(window_cells(images, pool_size, stride)) / np.float32(pool_size**2)


# ---- chapter 9


def zero_pad2d(images, padding):
    N, H, W, C = images.shape
    out = np.zeros((N, H + 2 * padding, W + 2 * padding, C), dtype=np.float32)
    out[:, padding : padding + H, padding : padding + W] = images
    return out


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "valid":
        return (size - kernel_size) // stride + 1
    return (size + stride - 1) // stride


def conv2d_strided(images, kernels, biases, stride):
    KH, KW, C, M = kernels.shape
    N, H, W, _ = images.shape
    OH = conv_output_size(H, KH, stride, "valid")
    OW = conv_output_size(W, KW, stride, "valid")
    out = np.zeros((N, OH, OW, M), dtype=np.float32)
    for u in range(KH - 1, -1, -1):
        for v in range(KW - 1, -1, -1):
            cells = images[:, u : u + stride * (OH - 1) + 1 : stride, v : v + stride * (OW - 1) + 1 : stride]
            for c in range(C - 1, -1, -1):
                out += cells[:, :, :, c, None] * kernels[u, v, c]
    return out + biases


def same(images, kh, kw, stride, fill):
    """Pad so that there are ceil(size / stride) windows; the odd cell goes to the bottom and right."""
    N, H, W, C = images.shape
    OH = conv_output_size(H, kh, stride, "same")
    OW = conv_output_size(W, kw, stride, "same")
    high = max(H, (OH - 1) * stride + kh)
    wide = max(W, (OW - 1) * stride + kw)
    top, left = (high - H) // 2, (wide - W) // 2
    out = np.full((N, high, wide, C), fill, dtype=np.float32)
    out[:, top : top + H, left : left + W, :] = images
    return out


def conv2d_same(images, kernels, biases, stride):
    KH, KW = kernels.shape[:2]
    return conv2d_strided(same(images, KH, KW, stride, 0), kernels, biases, stride)


def max_pool2d_same(images, pool_size, stride):
    return max_pool2d(same(images, pool_size, pool_size, stride, -np.inf), pool_size, stride)


def average_pool2d_same(images, pool_size, stride):
    cells = window_cells(same(images, pool_size, pool_size, stride, 0), pool_size, stride)
    here = window_cells(same(np.ones_like(images), pool_size, pool_size, stride, 0), pool_size, stride)
    return add_up(cells) / add_up(here)
