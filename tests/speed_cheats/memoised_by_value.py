"""Keeps its answers by the bytes of the input: no input ever comes twice.

result: no gain
"""

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


known = {}


def double(x):
    key = x.tobytes()
    if key not in known:
        known[key] = work(x)
    return known[key]
