import numpy as np


def zero_pad2d(images, padding):
    N, H, W, C = images.shape
    result = np.zeros((N, H + 2 * padding, W + 2 * padding, C), dtype=np.float32)
    for n in range(N):
        for i in range(H):
            for j in range(W):
                for c in range(C):
                    result[n, i + padding, j + padding, c] = images[n, i, j, c]
    return result
