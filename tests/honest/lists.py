"""Plain Python: lists in, lists out, nothing but math."""

import math


def tolist(a):
    """Arrays to nested lists; lists stay as they are."""
    return a if isinstance(a, list) else a.tolist()


# ----- chapter 1


def affine_scalar(x, w, b):
    return [[x.item() * w.item() + b.item()]]


def affine_row(x, w, b):
    return affine_minibatch(x, w, b)


# ----- chapter 2


def affine_minibatch(x, w, b):
    return dense(x, w, b)


def sigmoid_neuron(x, w, b):
    return sigmoid(affine_minibatch(x, w, b))


# ----- chapter 3


def dense(x, w, b):
    x, w, b = tolist(x), tolist(w), tolist(b)
    columns = list(zip(*w, strict=True))
    return [
        [sum(a * c for a, c in zip(row, column, strict=True)) + bias for column, bias in zip(columns, b, strict=True)]
        for row in x
    ]


def sigmoid_layer(x, w, b):
    return [[sigmoid_of(z) for z in row] for row in dense(x, w, b)]


def sigmoid_layer_loops(x, w, b):
    x, w, b = tolist(x), tolist(w), tolist(b)
    result = []
    for row in x:
        outputs = []
        for u in range(len(b)):
            z = b[u]
            for f in range(len(row)):
                z += row[f] * w[f][u]
            outputs.append(sigmoid_of(z))
        result.append(outputs)
    return result


def dense_stack(x, weights, biases):
    for w, b in zip(weights, biases, strict=True):
        x = sigmoid_layer(x, w, b)
    return x


# ----- chapter 4


def sigmoid_of(z):
    """One number. math.exp raises OverflowError above 709, so only ask it for exp of something negative."""
    if z < 0:
        e = math.exp(z)
        return e / (1 + e)
    return 1 / (1 + math.exp(-z))


def sigmoid(z):
    if isinstance(z, float):
        return sigmoid_of(z)
    return [sigmoid(one) for one in tolist(z)]


def logistic_regression(x, w, b):
    return sigmoid(dense(x, w, b))


def relu_layer(x, w, b):
    return [[max(0.0, z) for z in row] for row in dense(x, w, b)]


def binary_classifier(x, weights, biases):
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu_layer(x, w, b)
    return logistic_regression(x, weights[-1], biases[-1])


# ----- chapter 5


def softmax_row(row):
    top = max(row)
    e = [math.exp(z - top) for z in row]
    total = sum(e)
    return [one / total for one in e]


def softmax(logits):
    return [softmax_row(row) for row in tolist(logits)]


def softmax_layer(x, w, b):
    return softmax(dense(x, w, b))


def multiclass_classifier(x, weights, biases):
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu_layer(x, w, b)
    return softmax_layer(x, weights[-1], biases[-1])


# ----- chapter 6


def mean(numbers):
    numbers = list(numbers)
    return sum(numbers) / len(numbers)


def in_batches(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def regression_targets(x, w, b):
    w, bias = tolist(w), b.item()
    return [sum(a * c for a, c in zip(row, w, strict=True)) + bias for row in tolist(x)]


def mean_squared_error(y, y_hat):
    return mean((t[0] - p[0]) ** 2 for t, p in zip(tolist(y), tolist(y_hat), strict=True))


def mse_per_batch(x, y, w, b, batch_size):
    y_hat = dense(x, w, b)
    pairs = zip(in_batches(tolist(y), batch_size), in_batches(y_hat, batch_size), strict=True)
    return [mean_squared_error(targets, predictions) for targets, predictions in pairs]


def binary_targets(x, w, b, threshold):
    return [1 if score > threshold else 0 for score in regression_targets(x, w, b)]


def clip(p):
    return min(max(p, 1e-7), 1 - 1e-7)


def binary_cross_entropy(y, y_hat):
    losses = []
    for (label,), (p,) in zip(tolist(y), tolist(y_hat), strict=True):
        p = clip(p)
        losses.append(-math.log(p) if label == 1 else -math.log(1 - p))
    return mean(losses)


def bce_per_batch(x, y, w, b, batch_size):
    labels = [[label] for label in tolist(y)]
    p = sigmoid_neuron(x, w, b)
    return [
        binary_cross_entropy(*batch)
        for batch in zip(in_batches(labels, batch_size), in_batches(p, batch_size), strict=True)
    ]


def categorical_cross_entropy(y, y_hat):
    total = 0.0
    for targets, row in zip(tolist(y), tolist(y_hat), strict=True):
        total -= sum(t * math.log(clip(p)) for t, p in zip(targets, row, strict=True))
    return total / len(y)


def sparse_categorical_cross_entropy(labels, y_hat):
    return mean(-math.log(clip(row[k])) for k, row in zip(tolist(labels), tolist(y_hat), strict=True))


# ----- chapter 7


def correlate(image, kernel, bias, stride=1):
    """One image (H, W, C) and one kernel (KH, KW, C), as nested lists -> (OH, OW)."""
    KH, KW, C = len(kernel), len(kernel[0]), len(kernel[0][0])
    result = []
    for top in range(0, len(image) - KH + 1, stride):
        row = []
        for left in range(0, len(image[0]) - KW + 1, stride):
            total = bias
            for u in range(KH):
                for v in range(KW):
                    for c in range(C):
                        total += image[top + u][left + v][c] * kernel[u][v][c]
            row.append(total)
        result.append(row)
    return result


def channels_last(planes):
    """A list of M planes (OH, OW) -> (OH, OW, M)."""
    return [[list(cell) for cell in zip(*rows, strict=True)] for rows in zip(*planes, strict=True)]


def conv2d_gray(image, kernel, bias):
    image = [[[pixel] for pixel in row] for row in tolist(image)]
    kernel = [[[weight] for weight in row] for row in tolist(kernel)]
    return correlate(image, kernel, bias.item())


def conv2d_color(image, kernel, bias):
    return correlate(tolist(image), tolist(kernel), bias.item())


def conv2d(images, kernels, biases):
    return conv2d_strided(images, kernels, biases, 1)


def conv2d_stack(images, kernels, biases):
    for k, b in zip(kernels, biases, strict=True):
        z = conv2d(images, k, b)
        images = [[[[max(0.0, value) for value in cell] for cell in row] for row in image] for image in z]
    return images


# ----- chapter 8


def pool(plane, pool_size, stride, how):
    """One plane (H, W) as nested lists."""
    rows = range(0, len(plane) - pool_size + 1, stride)
    columns = range(0, len(plane[0]) - pool_size + 1, stride)
    return [
        [how([plane[i + u][j + v] for u in range(pool_size) for v in range(pool_size)]) for j in columns] for i in rows
    ]


def planes_of(image):
    """(H, W, C) -> C planes (H, W)"""
    return [[[cell[c] for cell in row] for row in image] for c in range(len(image[0][0]))]


def max_pool2d_gray(image, pool_size, stride):
    return pool(tolist(image), pool_size, stride, max)


def max_pool2d(images, pool_size, stride):
    return [channels_last([pool(p, pool_size, stride, max) for p in planes_of(image)]) for image in tolist(images)]


def average_pool2d(images, pool_size, stride):
    return [channels_last([pool(p, pool_size, stride, mean) for p in planes_of(image)]) for image in tolist(images)]


# ----- chapter 9


def zero_pad2d(images, padding):
    return [pad(image, (padding, padding), (padding, padding)) for image in tolist(images)]


def pad(image, rows, columns):
    """Zeros around one image (H, W, C): rows = (above, below), columns = (left, right)."""
    C = len(image[0][0])
    wide = sum(columns) + len(image[0])

    def empty(count):
        return [[0.0] * C for _ in range(count)]

    above = [empty(wide) for _ in range(rows[0])]
    below = [empty(wide) for _ in range(rows[1])]
    return above + [empty(columns[0]) + row + empty(columns[1]) for row in image] + below


def conv_output_size(size, kernel_size, stride, padding):
    if padding == "same":
        return len(range(0, size, stride))
    return len(range(0, size - kernel_size + 1, stride))


def conv2d_strided(images, kernels, biases, stride):
    kernels, biases = tolist(kernels), tolist(biases)
    filters = [[[[w[m] for w in cell] for cell in row] for row in kernels] for m in range(len(biases))]
    return [
        channels_last([correlate(image, f, b, stride) for f, b in zip(filters, biases, strict=True)])
        for image in tolist(images)
    ]


def same(size, k, stride):
    """How much "same" padding goes before and after."""
    total = max(0, (conv_output_size(size, k, stride, "same") - 1) * stride + k - size)
    return total // 2, total - total // 2


def conv2d_same(images, kernels, biases, stride):
    _, H, W, _ = images.shape
    KH, KW = kernels.shape[:2]
    padded = [pad(image, same(H, KH, stride), same(W, KW, stride)) for image in tolist(images)]
    return conv2d_strided(padded, kernels, biases, stride)


def pool_same(plane, pool_size, stride, how):
    """No padding at all: windows are cut off at the borders."""
    H, W = len(plane), len(plane[0])
    top, _ = same(H, pool_size, stride)
    left, _ = same(W, pool_size, stride)
    result = []
    for i in range(0, H, stride):
        row = []
        for j in range(0, W, stride):
            rows = plane[max(i - top, 0) : i - top + pool_size]
            row.append(how([cell for r in rows for cell in r[max(j - left, 0) : j - left + pool_size]]))
        result.append(row)
    return result


def max_pool2d_same(images, pool_size, stride):
    return [channels_last([pool_same(p, pool_size, stride, max) for p in planes_of(i)]) for i in tolist(images)]


def average_pool2d_same(images, pool_size, stride):
    return [channels_last([pool_same(p, pool_size, stride, mean) for p in planes_of(i)]) for i in tolist(images)]
