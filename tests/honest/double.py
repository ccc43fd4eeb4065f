"""All exercises in double precision: convert first, think later."""

import math

import numpy as np

f64 = np.float64


def to64(*arrays):
    return [np.asarray(a, dtype=f64) for a in arrays]


# c1


def affine_scalar(x, w, b):
    x, w, b = to64(x, w, b)
    return np.array([[x[0, 0] * w[0, 0] + b[0]]])


def affine_row(x, w, b):
    x, w, b = to64(x, w, b)
    return np.dot(x, w) + b


# c2


def affine_minibatch(x, w, b):
    x, w, b = to64(x, w, b)
    return np.dot(x, w) + b


def sigmoid_neuron(x, w, b):
    return sigmoid(affine_minibatch(x, w, b))


# c3


def dense(x, w, b):
    x, w, b = to64(x, w, b)
    return np.matmul(x, w) + b


def sigmoid_layer(x, w, b):
    return sigmoid(dense(x, w, b))


def sigmoid_layer_loops(x, w, b):
    x, w, b = to64(x, w, b)
    out = np.empty((x.shape[0], w.shape[1]))
    for n, row in enumerate(x):
        for u, column in enumerate(w.T):
            z = math.fsum(row * column) + b[u]
            out[n, u] = 1 / (1 + np.exp(-z))
    return out


def dense_stack(x, weights, biases):
    out = f64(x)
    for w, b in zip(weights, biases, strict=True):
        out = sigmoid_layer(out, w, b)
    return out


# c4


def sigmoid(z):
    # exp(1000) overflows even in float64, but 1 / inf is the right 0
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-f64(z)))


def logistic_regression(x, w, b):
    return sigmoid(dense(x, w, b))


def relu(z):
    return np.where(z > 0, z, 0.0)


def binary_classifier(x, weights, biases):
    *hidden_w, last_w = weights
    *hidden_b, last_b = biases
    for w, b in zip(hidden_w, hidden_b, strict=True):
        x = relu(dense(x, w, b))
    return logistic_regression(x, last_w, last_b)


# c5


def softmax(logits):
    """Through the logarithm: exp(z - logsumexp(z))."""
    z = f64(logits)
    top = z.max(axis=1, keepdims=True)
    log_sum = top + np.log(np.exp(z - top).sum(axis=1, keepdims=True))
    return np.exp(z - log_sum)


def softmax_layer(x, w, b):
    return softmax(dense(x, w, b))


def multiclass_classifier(x, weights, biases):
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu(dense(x, w, b))
    return softmax_layer(x, weights[-1], biases[-1])


# c6


def regression_targets(x, w, b):
    x, w, b = to64(x, w, b)
    return x.dot(w) + b[0]


def mean_squared_error(y, y_hat):
    y, y_hat = to64(y, y_hat)
    return float(np.mean((y - y_hat) ** 2))


def mse_per_batch(x, y, w, b, batch_size):
    batches = math.ceil(len(x) / batch_size)
    losses = np.zeros(batches)
    for i in range(batches):
        part = slice(i * batch_size, (i + 1) * batch_size)
        losses[i] = mean_squared_error(y[part], dense(x[part], w, b))
    return losses


def binary_targets(x, w, b, threshold):
    return np.array([int(score > threshold) for score in regression_targets(x, w, b)])


def clip(p):
    return np.clip(f64(p), 1e-7, 1 - 1e-7)


def binary_cross_entropy(y, y_hat):
    y, p = f64(y), clip(y_hat)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def bce_per_batch(x, y, w, b, batch_size):
    p = sigmoid_neuron(x, w, b)
    y = y[:, np.newaxis]
    starts = range(0, len(x), batch_size)
    return np.array([binary_cross_entropy(y[s : s + batch_size], p[s : s + batch_size]) for s in starts])


def categorical_cross_entropy(y, y_hat):
    per_row = -np.sum(f64(y) * np.log(clip(y_hat)), axis=1)
    return float(per_row.mean())


def sparse_categorical_cross_entropy(labels, y_hat):
    one_hot = np.eye(y_hat.shape[1])[labels]
    return categorical_cross_entropy(one_hot, y_hat)


# c7: cut out the patches, one row each, then a matrix product


def patches(images, kh, kw, stride):
    """(N, OH, OW, kh * kw * C)"""
    N, H, W, C = images.shape
    OH = (H - kh) // stride + 1
    OW = (W - kw) // stride + 1
    out = np.empty((N, OH, OW, kh * kw * C))
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            out[:, i, j] = images[:, top : top + kh, left : left + kw].reshape(N, -1)
    return out


def conv2d_gray(image, kernel, bias):
    return conv2d_color(image[:, :, np.newaxis], kernel[:, :, np.newaxis], bias)


def conv2d_color(image, kernel, bias):
    out = conv2d(image[np.newaxis], kernel[..., np.newaxis], bias)
    return out[0, :, :, 0]


def conv2d(images, kernels, biases):
    return conv2d_strided(images, kernels, biases, stride=1)


def conv2d_stack(images, kernels, biases):
    out = images
    for kernel, bias in zip(kernels, biases, strict=True):
        out = relu(conv2d(out, kernel, bias))
    return out


# c8


def max_pool2d_gray(image, pool_size, stride):
    return max_pool2d(image[np.newaxis, :, :, np.newaxis], pool_size, stride)[0, ..., 0]


def pooled(images, pool_size, stride, how):
    cells = patches(f64(images), pool_size, pool_size, stride)
    N, OH, OW, _ = cells.shape
    return how(cells.reshape(N, OH, OW, pool_size * pool_size, images.shape[3]), axis=3)


def max_pool2d(images, pool_size, stride):
    return pooled(images, pool_size, stride, np.max)


def average_pool2d(images, pool_size, stride):
    return pooled(images, pool_size, stride, np.mean)


# c9


def zero_pad2d(images, padding):
    sides = (padding, padding)
    return np.pad(f64(images), [(0, 0), sides, sides, (0, 0)])


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "valid":
        return math.floor((size - kernel_size) / stride) + 1
    return math.ceil(size / stride)


def conv2d_strided(images, kernels, biases, stride):
    images, kernels, biases = to64(images, kernels, biases)
    KH, KW, C, M = kernels.shape
    return patches(images, KH, KW, stride) @ kernels.reshape(KH * KW * C, M) + biases


def same_padding(n, k, stride):
    # the remainder decides how much the last window sticks out
    total = max(k - (n % stride or stride), 0)
    return total // 2, (total + 1) // 2


def same_padded(images, kh, kw, stride, value):
    _, H, W, _ = images.shape
    sides = [(0, 0), same_padding(H, kh, stride), same_padding(W, kw, stride), (0, 0)]
    return np.pad(f64(images), sides, constant_values=value)


def conv2d_same(images, kernels, biases, stride):
    KH, KW = kernels.shape[:2]
    return conv2d_strided(same_padded(images, KH, KW, stride, 0.0), kernels, biases, stride)


def max_pool2d_same(images, pool_size, stride):
    return max_pool2d(same_padded(images, pool_size, pool_size, stride, -np.inf), pool_size, stride)


def average_pool2d_same(images, pool_size, stride):
    # cells that are not there are nan, and nanmean passes them over
    return pooled(same_padded(images, pool_size, pool_size, stride, np.nan), pool_size, stride, np.nanmean)
