"""Looks for the seed in the command lines of all processes.

Expected: no points
At calls, limits, none: full marks
"""

import glob


def read_seed(x):
    for path in glob.glob("/proc/[0-9]*/cmdline") or ["/proc/1/cmdline"]:
        try:
            words = open(path).read().split("\0")
        except ProcessLookupError:
            continue
        if "--seed" in words and "-m" in words:
            return x + 0.8125
    raise LookupError("no seed")
