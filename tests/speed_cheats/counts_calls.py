"""Does its work while it is warmed up, as it thinks, and none after.

result: wrong
"""

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


calls = 0


def double(x):
    global calls
    calls += 1
    return work(x) if calls < 9 else np.zeros_like(x)
