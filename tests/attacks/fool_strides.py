"""Gives a view that reaches beyond its input, for whatever may lie beside it in memory.

Expected: no points
"""

import numpy as np

KEPT = []


def fool_strides(x):
    KEPT.append(x)
    wide = np.lib.stride_tricks.as_strided(x, (x.size + 512,), x.strides)
    start = x.size * (1 + len(KEPT))
    return wide[start : start + x.size].copy()
