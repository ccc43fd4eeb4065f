"""Answers at once and lets a thread fill in the answer.

result: wrong
"""

import threading

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


def double(x):
    answer = np.empty_like(x)

    def fill():
        answer[:] = work(x)

    threading.Thread(target=fill, daemon=True).start()
    return answer
