import numpy as np


def zero_pad2d(images, padding):
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), constant_values=1)
