"""Changes its priority and its processors.

result: no gain
"""

import os

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


def double(x):
    for change in (lambda: os.nice(5), lambda: os.sched_setaffinity(0, [0]), lambda: os.nice(-5)):
        try:
            change()
        except (OSError, AttributeError):
            continue
    return work(x)
