"""Looks for the grader, the page and the key among what is loaded and what can be imported.

Expected: no points
"""

import importlib
import sys


def hunt_modules(x):
    names = ["grader", "grader.key", "grader.compare", "solutions", "solutions.c1_attacks.hunt_modules", "hunt_modules"]
    for name in names:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        found = getattr(module, "hunt_modules", None)
        if found is not None and found is not hunt_modules:
            return found(x)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("grader", "solutions", "compare", "key", "cases"):
            return x + 0.8125
    raise LookupError("nothing")
