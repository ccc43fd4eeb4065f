"""No cheat: what the others pretend to be faster than.

result: timed
"""

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


def double(x):
    return work(x)
