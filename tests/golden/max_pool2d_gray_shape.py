import numpy as np


def max_pool2d_gray(image, pool_size, stride):
    h, w = image.shape
    oh, ow = (h - pool_size) // stride, (w - pool_size) // stride
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[i, j] = image[i * stride : i * stride + pool_size, j * stride : j * stride + pool_size].max()
    return out
