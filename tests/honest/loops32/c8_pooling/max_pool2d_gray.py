import numpy as np


def max_pool2d_gray(image, pool_size, stride):
    H, W = image.shape
    OH = (H - pool_size) // stride + 1
    OW = (W - pool_size) // stride + 1
    result = np.zeros((OH, OW), dtype=np.float32)
    for i in range(OH):
        for j in range(OW):
            largest = -np.inf  # not 0: everything may be negative
            for u in range(pool_size):
                for v in range(pool_size):
                    largest = max(largest, image[i * stride + u, j * stride + v])
            result[i, j] = largest
    return result
