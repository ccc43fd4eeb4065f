"""Gives NaN, which is neither larger nor smaller than any tolerance, and infinity.

Expected: no points
"""

import numpy as np

CALLS = []


def fool_nan(x):
    CALLS.append(1)
    return np.full_like(x, (np.nan, np.inf, -np.inf)[len(CALLS) % 3])
