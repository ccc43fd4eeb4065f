"""Sleeps before it works: the processor's time is what counts.

result: no gain
"""

import time

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


def double(x):
    time.sleep(0.02)
    return work(x)
