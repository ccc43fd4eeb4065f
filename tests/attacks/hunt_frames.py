"""Looks for answers, seeds and other people's functions in the frames below it.

Expected: no points
"""

import sys

import numpy as np


def hunt_frames(x):
    frame = sys._getframe(1)
    while frame is not None:
        for thing in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if type(thing) is np.ndarray and np.array_equal(thing, x + 0.8125):
                return thing
            if getattr(thing, "__name__", "") in ("hunt_frames", "says", "compare", "evaluate") and thing is not hunt_frames:
                return thing(x)
        frame = frame.f_back
    raise LookupError("nothing")
