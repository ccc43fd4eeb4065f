"""My answers, all chapters, with NumPy and (nearly) no loops."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

EPS = 1e-7


# c1 - c3: affine layers


def affine_scalar(x, w, b):
    return x * w + b


def affine_row(x, w, b):
    return x @ w + b


def affine_minibatch(x, w, b):
    return x @ w + b


def sigmoid_neuron(x, w, b):
    return sigmoid(x @ w + b)


def dense(x, w, b):
    # whole numbers would turn the product into float64
    return x.astype(w.dtype) @ w + b


def sigmoid_layer(x, w, b):
    return sigmoid(dense(x, w, b))


def sigmoid_layer_loops(x, w, b):
    """No matrix product here: (N, F, 1) times (1, F, U), then sum over F."""
    z = np.sum(x[:, :, None] * w[None, :, :], axis=1) + b
    return sigmoid(z)


def dense_stack(x, weights, biases):
    for w, b in zip(weights, biases, strict=True):
        x = sigmoid_layer(x, w, b)
    return x


# c4: sigmoid


def sigmoid(z):
    """exp only ever sees numbers <= 0, so it cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def relu(z):
    return np.maximum(z, 0)


def logistic_regression(x, w, b):
    return sigmoid(x @ w + b)


def hidden_layers(x, weights, biases):
    """Everything but the last layer."""
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu(x @ w + b)
    return x


def binary_classifier(x, weights, biases):
    h = hidden_layers(x, weights, biases)
    return sigmoid(h @ weights[-1] + biases[-1])


# c5: softmax


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_layer(x, w, b):
    return softmax(x @ w + b)


def multiclass_classifier(x, weights, biases):
    h = hidden_layers(x, weights, biases)
    return softmax_layer(h, weights[-1], biases[-1])


# c6: losses


def regression_targets(x, w, b):
    return x @ w + b


def mean_squared_error(y, y_hat):
    return np.mean((y - y_hat) ** 2)


def batch_means(values, batch_size):
    """The mean of each run of batch_size values; the last run may be short."""
    starts = np.arange(0, len(values), batch_size)
    counts = np.minimum(batch_size, len(values) - starts)
    return np.add.reduceat(values, starts) / counts.astype(values.dtype)


def mse_per_batch(x, y, w, b, batch_size):
    errors = (y - affine_minibatch(x, w, b)) ** 2
    return batch_means(errors[:, 0], batch_size)


def binary_targets(x, w, b, threshold):
    return (x @ w + b > threshold).astype(np.int32)


def bce_each(y, y_hat):
    """-log of the probability that was given to the true class."""
    p = np.clip(y_hat, EPS, 1 - EPS)
    return -np.log(np.where(y == 1, p, 1 - p))


def binary_cross_entropy(y, y_hat):
    return bce_each(y, y_hat).mean()


def bce_per_batch(x, y, w, b, batch_size):
    p = sigmoid_neuron(x, w, b).reshape(-1)
    return batch_means(bce_each(y, p), batch_size)


def categorical_cross_entropy(y, y_hat):
    logs = np.log(np.clip(y_hat, EPS, 1 - EPS))
    return -(y * logs).sum(axis=1).mean()


def sparse_categorical_cross_entropy(labels, y_hat):
    p = y_hat[np.arange(len(labels)), labels]
    return -np.log(np.clip(p, EPS, 1 - EPS)).mean()


# c7: convolution


def conv2d_gray(image, kernel, bias):
    windows = sliding_window_view(image, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel) + bias


def conv2d_color(image, kernel, bias):
    windows = sliding_window_view(image, kernel.shape[:2], axis=(0, 1))  # (OH, OW, C, KH, KW)
    return np.einsum("ijcuv,uvc->ij", windows, kernel) + bias


def conv2d(images, kernels, biases):
    return conv2d_strided(images, kernels, biases, 1)


def conv2d_stack(images, kernels, biases):
    for k, b in zip(kernels, biases, strict=True):
        images = relu(conv2d(images, k, b))
    return images


# c8: pooling


def pool_windows(images, size, stride):
    """(N, OH, OW, C, size, size)"""
    return sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]


def max_pool2d_gray(image, pool_size, stride):
    windows = sliding_window_view(image, (pool_size, pool_size))[::stride, ::stride]
    return windows.max(axis=(2, 3))


def max_pool2d(images, pool_size, stride):
    return pool_windows(images, pool_size, stride).max(axis=(-2, -1))


def average_pool2d(images, pool_size, stride):
    return pool_windows(images, pool_size, stride).mean(axis=(-2, -1))


# c9: padding and stride


def zero_pad2d(images, padding):
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel_size) // stride + 1


def conv2d_strided(images, kernels, biases, stride):
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcm->nijm", windows, kernels) + biases


def same_pads(size, k, stride):
    """Cells before and after, as TensorFlow does: the odd one comes after."""
    out = conv_output_size(size, k, stride, "same")
    total = max((out - 1) * stride + k - size, 0)
    return total // 2, total - total // 2


def pad_same(images, kh, kw, stride, value=0):
    rows = same_pads(images.shape[1], kh, stride)
    columns = same_pads(images.shape[2], kw, stride)
    return np.pad(images, ((0, 0), rows, columns, (0, 0)), constant_values=value)


def conv2d_same(images, kernels, biases, stride):
    padded = pad_same(images, kernels.shape[0], kernels.shape[1], stride)
    return conv2d_strided(padded, kernels, biases, stride)


def max_pool2d_same(images, pool_size, stride):
    return max_pool2d(pad_same(images, pool_size, pool_size, stride, -np.inf), pool_size, stride)


def average_pool2d_same(images, pool_size, stride):
    sums = pool_windows(pad_same(images, pool_size, pool_size, stride), pool_size, stride).sum(axis=(-2, -1))
    ones = pad_same(np.ones_like(images), pool_size, pool_size, stride)
    return sums / pool_windows(ones, pool_size, stride).sum(axis=(-2, -1))
