import numpy as np


def conv2d_color(image, kernel, bias):
    H, W, C = image.shape
    KH, KW, _ = kernel.shape
    result = np.zeros((H - KH + 1, W - KW + 1), dtype=np.float32)
    for i in range(H - KH + 1):
        for j in range(W - KW + 1):
            total = bias[0]  # once, not once a channel
            for u in range(KH):
                for v in range(KW):
                    for c in range(C):
                        total += image[i + u, j + v, c] * kernel[u, v, c]
            result[i, j] = total
    return result
