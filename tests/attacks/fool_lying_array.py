"""Gives an array of a class of its own that says yes to every comparison and lies about itself.

Expected: no points
"""

import numpy as np


class Lying(np.ndarray):
    shape = property(lambda self: (1,))
    dtype = property(lambda self: np.dtype("float32"))

    def __eq__(self, other):
        return np.True_

    def __array_ufunc__(self, *given, **named):
        return np.True_

    def __array_function__(self, *given, **named):
        return np.True_

    def tobytes(self, *given):
        return b"\0" * 4

    def __array_finalize__(self, other):
        return None


def fool_lying_array(x):
    return np.zeros(x.shape, x.dtype).view(Lying)
