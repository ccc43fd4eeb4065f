import numpy as np

from .conv_output_size import conv_output_size


def conv2d_strided(images, kernels, biases, stride):
    N, H, W, C = images.shape
    KH, KW, _, M = kernels.shape
    OH = conv_output_size(H, KH, stride, "valid")
    OW = conv_output_size(W, KW, stride, "valid")
    result = np.zeros((N, OH, OW, M), dtype=np.float32)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for m in range(M):
                    total = np.float32(0)
                    for u in range(KH):
                        for v in range(KW):
                            for c in range(C):
                                total += images[n, i * stride + u, j * stride + v, c] * kernels[u, v, c, m]
                    result[n, i, j, m] = total + biases[m]
    return result
