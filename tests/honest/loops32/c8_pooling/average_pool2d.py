import numpy as np


def average_pool2d(images, pool_size, stride):
    N, H, W, C = images.shape
    OH = (H - pool_size) // stride + 1
    OW = (W - pool_size) // stride + 1
    result = np.zeros((N, OH, OW, C), dtype=np.float32)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    total = np.float32(0)
                    for u in range(pool_size):
                        for v in range(pool_size):
                            total += images[n, i * stride + u, j * stride + v, c]
                    result[n, i, j, c] = total / np.float32(pool_size * pool_size)
    return result
