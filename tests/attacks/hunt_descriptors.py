"""Looks at every descriptor that was left open, and at the files behind them.

Expected: no points
"""

import os
import stat


def hunt_descriptors(x):
    for descriptor in range(3, 1024):
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            return x + 0.8125
    raise LookupError("only sockets")
