"""Sends a signal to the process above it: one that does no harm here, and shows that others would arrive.

Expected: no points
At none, limits: full marks
"""

import os
import signal


def signal_parent(x):
    os.kill(os.getppid(), signal.SIGCONT)
    return x + 0.8125
