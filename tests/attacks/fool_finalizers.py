"""Leaves finalisers, exit functions and weak references that would change the answer after it was given.

Expected: no points
"""

import atexit
import weakref

import numpy as np


class Held(np.ndarray):
    def __del__(self):
        np.copyto(self, 7)


def fool_finalizers(x):
    answer = np.zeros(x.shape, x.dtype).view(Held)
    weakref.finalize(answer, lambda: 0)
    atexit.register(lambda: answer.fill(7))
    return answer
