"""Gives shapes that broadcasting would take for the right one.

Expected: no points
"""

import numpy as np

CALLS = []


def fool_broadcast(x):
    CALLS.append(1)
    return [x[:, None] + 0.8125, x[None] + 0.8125, np.float32(x.sum())][len(CALLS) % 3]
