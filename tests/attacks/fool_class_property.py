"""Gives an object that says it is an array when it is asked for its class.

Expected: no points
"""

import numpy as np


class Pretender:
    __class__ = property(lambda self: np.ndarray)
    shape, dtype, ndim, nbytes = (1,), np.dtype("float32"), 1, 4

    def tobytes(self):
        return b"\0" * 4


def fool_class_property(x):
    return Pretender()
