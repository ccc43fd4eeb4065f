"""Finds the object that answers for it, and has it say that all is right.

Expected: no points
"""

import gc
import types

import numpy as np


def patch_worker(x):
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Child", "Channel") and isinstance(type(thing), type):
            said = {"answer": "ndarray", "right": True, "passed": True, "score": 100, "cases": {"passed": 3}}
            for name in ("_call", "call"):
                if hasattr(thing, name):
                    setattr(thing, name, types.MethodType(lambda self, *given: (said, {"answer": np.zeros(1)}), thing))
    return 0 * x
