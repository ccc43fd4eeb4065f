import numpy as np


def conv2d_gray(image, kernel, bias):
    H, W = image.shape
    KH, KW = kernel.shape
    OH = H - KH + 1
    OW = W - KW + 1
    result = np.zeros((OH, OW), dtype=np.float32)
    for i in range(OH):
        for j in range(OW):
            total = np.float32(0)
            for u in range(KH):
                for v in range(KW):
                    total += image[i + u, j + v] * kernel[u, v]
            result[i, j] = total + bias[0]
    return result
