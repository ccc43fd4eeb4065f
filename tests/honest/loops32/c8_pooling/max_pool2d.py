import numpy as np

from .max_pool2d_gray import max_pool2d_gray


def max_pool2d(images, pool_size, stride):
    N, _, _, C = images.shape
    pooled = []
    for n in range(N):
        channels = [max_pool2d_gray(images[n, :, :, c], pool_size, stride) for c in range(C)]
        pooled.append(np.stack(channels, axis=-1))
    return np.stack(pooled)
