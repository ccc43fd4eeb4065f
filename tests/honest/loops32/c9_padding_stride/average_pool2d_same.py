import numpy as np

from .conv2d_same import padding_before_and_after
from .conv_output_size import conv_output_size


def average_pool2d_same(images, pool_size, stride):
    N, H, W, C = images.shape
    top, _ = padding_before_and_after(H, pool_size, stride)
    left, _ = padding_before_and_after(W, pool_size, stride)
    OH = conv_output_size(H, pool_size, stride, "same")
    OW = conv_output_size(W, pool_size, stride, "same")
    result = np.zeros((N, OH, OW, C), dtype=np.float32)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                for c in range(C):
                    total = np.float32(0)
                    count = 0
                    for u in range(pool_size):
                        for v in range(pool_size):
                            row = i * stride + u - top
                            column = j * stride + v - left
                            if 0 <= row < H and 0 <= column < W:
                                total += images[n, row, column, c]
                                count += 1
                    result[n, i, j, c] = total / np.float32(count)
    return result
