"""Everything compiled with Numba. Lists of arrays are taken apart in plain Python."""

import math

import numpy as np
from numba import njit

# ---------- layers


@njit
def affine_scalar(x, w, b):
    return x * w + b


@njit
def affine_row(x, w, b):
    y = np.zeros((1, 1), dtype=np.float32)
    for f in range(x.shape[1]):
        y[0, 0] += x[0, f] * w[f, 0]
    y[0, 0] += b[0]
    return y


@njit
def matmul(x, w):
    """np.dot inside njit wants SciPy, so by hand."""
    N, F = x.shape
    U = w.shape[1]
    out = np.zeros((N, U), dtype=w.dtype)
    for n in range(N):
        for f in range(F):
            for u in range(U):
                out[n, u] += x[n, f] * w[f, u]
    return out


@njit
def affine_minibatch(x, w, b):
    return matmul(x, w) + b


@njit
def sigmoid_neuron(x, w, b):
    return sigmoid2d(matmul(x, w) + b)


@njit(fastmath=True)
def dense(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    out = np.empty((N, U), dtype=np.float32)
    for n in range(N):
        for u in range(U):
            total = b[u]
            for f in range(F):
                total += x[n, f] * w[f, u]
            out[n, u] = total
    return out


@njit
def sigmoid_layer(x, w, b):
    return sigmoid2d(dense(x, w, b))


@njit
def sigmoid_layer_loops(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    out = np.empty((N, U), dtype=np.float32)
    for n in range(N):
        for u in range(U):
            z = 0.0
            for f in range(F):
                z += x[n, f] * w[f, u]
            out[n, u] = sigmoid1(z + b[u])
    return out


def dense_stack(x, weights, biases):
    for w, b in zip(weights, biases, strict=True):
        x = sigmoid_layer(x, w, b)
    return x


# ---------- sigmoid


@njit
def sigmoid1(z):
    """One number."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


@njit
def sigmoid_flat(z, out):
    for i in range(z.size):
        out[i] = sigmoid1(z[i])


@njit
def sigmoid2d(z):
    out = np.empty_like(z)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            out[i, j] = sigmoid1(z[i, j])
    return out


def sigmoid(z):
    out = np.empty(z.size, dtype=np.float32)
    sigmoid_flat(z.ravel(), out)
    return out.reshape(z.shape)


@njit
def logistic_regression(x, w, b):
    out = np.empty((x.shape[0], 1), dtype=np.float32)
    for n in range(x.shape[0]):
        z = b[0]
        for f in range(x.shape[1]):
            z += x[n, f] * w[f, 0]
        out[n, 0] = sigmoid1(z)
    return out


@njit
def relu_layer(x, w, b):
    return np.maximum(dense(x, w, b), np.float32(0))


def binary_classifier(x, weights, biases):
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu_layer(x, w, b)
    return logistic_regression(x, weights[-1], biases[-1])


# ---------- softmax


@njit
def softmax(logits):
    N, K = logits.shape
    out = np.empty_like(logits)
    for n in range(N):
        top = logits[n].max()
        total = 0.0
        for k in range(K):
            e = math.exp(logits[n, k] - top)
            out[n, k] = e
            total += e
        for k in range(K):
            out[n, k] /= total
    return out


@njit
def softmax_layer(x, w, b):
    return softmax(dense(x, w, b))


def multiclass_classifier(x, weights, biases):
    last = len(weights) - 1
    for i in range(last):
        x = relu_layer(x, weights[i], biases[i])
    return softmax_layer(x, weights[last], biases[last])


# ---------- losses


@njit
def regression_targets(x, w, b):
    out = np.zeros(x.shape[0], dtype=np.float32)
    for n in range(x.shape[0]):
        for f in range(x.shape[1]):
            out[n] += x[n, f] * w[f]
        out[n] += b[0]
    return out


@njit
def mean_squared_error(y, y_hat):
    total = 0.0
    for n in range(y.shape[0]):
        total += (y[n, 0] - y_hat[n, 0]) ** 2
    return total / y.shape[0]


@njit
def mse_per_batch(x, y, w, b, batch_size):
    N = x.shape[0]
    y_hat = affine_minibatch(x, w, b)
    losses = np.empty((N + batch_size - 1) // batch_size, dtype=np.float32)
    for i in range(losses.size):
        start = i * batch_size
        end = min(start + batch_size, N)
        losses[i] = mean_squared_error(y[start:end], y_hat[start:end])
    return losses


@njit
def binary_targets(x, w, b, threshold):
    out = np.zeros(x.shape[0], dtype=np.int32)
    for n in range(x.shape[0]):
        score = b[0]
        for f in range(x.shape[1]):
            score += x[n, f] * w[f]
        if score > threshold:
            out[n] = 1
    return out


@njit
def clip(p):
    return min(max(p, 1e-7), 1 - 1e-7)


@njit
def bce1(y, p):
    p = clip(p)
    return -(y * math.log(p) + (1 - y) * math.log(1 - p))


@njit
def binary_cross_entropy(y, y_hat):
    total = 0.0
    for n in range(y.shape[0]):
        total += bce1(y[n, 0], y_hat[n, 0])
    return total / y.shape[0]


@njit
def bce_per_batch(x, y, w, b, batch_size):
    N = x.shape[0]
    p = sigmoid_neuron(x, w, b)
    losses = np.zeros(math.ceil(N / batch_size), dtype=np.float32)
    counts = np.zeros(losses.size, dtype=np.float32)
    for n in range(N):
        losses[n // batch_size] += bce1(y[n], p[n, 0])
        counts[n // batch_size] += 1
    return losses / counts


@njit
def categorical_cross_entropy(y, y_hat):
    total = 0.0
    for n in range(y.shape[0]):
        for k in range(y.shape[1]):
            total -= y[n, k] * math.log(clip(y_hat[n, k]))
    return total / y.shape[0]


@njit
def sparse_categorical_cross_entropy(labels, y_hat):
    total = 0.0
    for n in range(labels.size):
        total -= math.log(clip(y_hat[n, labels[n]]))
    return total / labels.size


# ---------- convolution


@njit
def conv2d_gray(image, kernel, bias):
    H, W = image.shape
    KH, KW = kernel.shape
    out = np.empty((H - KH + 1, W - KW + 1), dtype=np.float32)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + KH, j : j + KW] * kernel) + bias[0]
    return out


@njit
def conv2d_color(image, kernel, bias):
    H, W, C = image.shape
    KH, KW, _ = kernel.shape
    out = np.zeros((H - KH + 1, W - KW + 1), dtype=np.float32)
    for c in range(C):
        for u in range(KH):
            for v in range(KW):
                for i in range(out.shape[0]):
                    for j in range(out.shape[1]):
                        out[i, j] += image[i + u, j + v, c] * kernel[u, v, c]
    return out + bias[0]


@njit
def conv2d(images, kernels, biases):
    return conv2d_strided(images, kernels, biases, 1)


@njit
def relu_inplace(a):
    """Only for arrays that I made myself."""
    flat = a.reshape(-1)
    for i in range(flat.size):
        if flat[i] < 0:
            flat[i] = 0


def conv2d_stack(images, kernels, biases):
    for k, b in zip(kernels, biases, strict=True):
        images = conv2d(images, k, b)
        relu_inplace(images)
    return images


# ---------- pooling


@njit
def max_pool2d_gray(image, pool_size, stride):
    H, W = image.shape
    OH = (H - pool_size) // stride + 1
    OW = (W - pool_size) // stride + 1
    out = np.empty((OH, OW), dtype=image.dtype)
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            out[i, j] = image[top : top + pool_size, left : left + pool_size].max()
    return out


@njit
def max_pool2d(images, pool_size, stride):
    N, H, W, C = images.shape
    OH = (H - pool_size) // stride + 1
    OW = (W - pool_size) // stride + 1
    out = np.empty((N, OH, OW, C), dtype=np.float32)
    for n in range(N):
        for c in range(C):
            out[n, :, :, c] = max_pool2d_gray(images[n, :, :, c], pool_size, stride)
    return out


@njit
def average_pool2d(images, pool_size, stride):
    N, H, W, C = images.shape
    OH = (H - pool_size) // stride + 1
    OW = (W - pool_size) // stride + 1
    out = np.zeros((N, OH, OW, C), dtype=np.float32)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for u in range(pool_size):
                    for v in range(pool_size):
                        for c in range(C):
                            out[n, i, j, c] += images[n, i * stride + u, j * stride + v, c]
    return out / np.float32(pool_size * pool_size)


# ---------- padding and stride


@njit
def zero_pad2d(images, padding):
    N, H, W, C = images.shape
    out = np.zeros((N, H + 2 * padding, W + 2 * padding, C), dtype=np.float32)
    out[:, padding : padding + H, padding : padding + W, :] = images
    return out


@njit
def conv_output_size(size, kernel_size, stride, padding):
    if padding == "valid":
        return (size - kernel_size) // stride + 1
    return (size - 1) // stride + 1


@njit
def conv2d_strided(images, kernels, biases, stride):
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH = (H - KH) // stride + 1
    OW = (W - KW) // stride + 1
    out = np.empty((N, OH, OW, M), dtype=np.float32)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    total = 0.0
                    for u in range(KH):
                        for v in range(KW):
                            for c in range(C):
                                total += images[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]
                    out[n, i, j, m] = total + biases[m]
    return out


@njit
def first_cell(size, k, stride):
    """Where the first window starts with "same" padding: 0 or a little before."""
    windows = (size - 1) // stride + 1
    return -(max((windows - 1) * stride + k - size, 0) // 2)


@njit
def conv2d_same(images, kernels, biases, stride):
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    top, left = first_cell(H, KH, stride), first_cell(W, KW, stride)
    out = np.zeros((N, (H - 1) // stride + 1, (W - 1) // stride + 1, M), dtype=np.float32)
    for n in range(N):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                for u in range(KH):
                    for v in range(KW):
                        row = top + i * stride + u
                        column = left + j * stride + v
                        if 0 <= row < H and 0 <= column < W:
                            for m in range(M):
                                for c in range(C):
                                    out[n, i, j, m] += images[n, row, column, c] * kernels[u, v, c, m]
    return out + biases


@njit
def pool_same(images, pool_size, stride, average):
    N, H, W, C = images.shape
    top, left = first_cell(H, pool_size, stride), first_cell(W, pool_size, stride)
    out = np.empty((N, (H - 1) // stride + 1, (W - 1) // stride + 1, C), dtype=np.float32)
    for n in range(N):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                row, column = top + i * stride, left + j * stride
                for c in range(C):
                    window = images[n, max(row, 0) : row + pool_size, max(column, 0) : column + pool_size, c]
                    out[n, i, j, c] = window.mean() if average else window.max()
    return out


def max_pool2d_same(images, pool_size, stride):
    return pool_same(images, pool_size, stride, False)


def average_pool2d_same(images, pool_size, stride):
    return pool_same(images, pool_size, stride, True)
