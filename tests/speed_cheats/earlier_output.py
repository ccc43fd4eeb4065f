"""Returns the answer of the call before, from the second call on.

result: wrong
"""

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


last = {}


def double(x):
    answer = last.get(x.shape)
    if answer is None:
        answer = last[x.shape] = work(x)
    return answer
