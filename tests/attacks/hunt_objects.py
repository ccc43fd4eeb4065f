"""Looks for answers in every object that Python knows of, and in all that these refer to.

Expected: no points
"""

import gc

import numpy as np


def hunt_objects(x):
    wanted = (x + 0.8125).tobytes()
    for thing in gc.get_objects():
        for inner in (thing, *gc.get_referents(thing)):
            if type(inner) is np.ndarray and inner.size == x.size and inner.astype("f4").tobytes() == wanted:
                return x + 0.8125
            if type(inner) is bytes and len(inner) < 10**7 and wanted in inner:
                return x + 0.8125
    raise LookupError("nothing")
