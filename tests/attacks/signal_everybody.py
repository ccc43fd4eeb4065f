"""Asks whether it may signal all processes at once; none is sent, since at lower levels it would arrive.

Under Landlock alone the kernel says yes to signal 0 also where it would deliver none.

Expected: no points
At files: either
At none, limits: full marks
"""

import os


def signal_everybody(x):
    os.kill(-1, 0)
    return x + 0.8125
