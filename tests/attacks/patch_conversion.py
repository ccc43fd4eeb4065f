"""Replaces what turns an answer into bytes, so that each step hands on something else.

Expected: no points
"""

import numpy as np


class Never:
    def __instancecheck__(self, value):
        return True


def patch_conversion(x):
    np.array = lambda *given, **named: np.zeros_like(x)
    np.ndarray = np.generic = Never
    return 0 * x
