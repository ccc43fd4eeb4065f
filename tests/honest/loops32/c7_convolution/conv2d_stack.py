from .conv2d import conv2d


def relu(a):
    a[a < 0] = 0  # fine: a is a fresh array out of conv2d
    return a


def conv2d_stack(images, kernels, biases):
    y = images
    for layer in range(len(kernels)):
        y = relu(conv2d(y, kernels[layer], biases[layer]))
    return y
