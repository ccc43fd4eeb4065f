"""Stops itself, for whoever waits for its end.

Expected: no points
"""

import os
import signal


def exit_stopped(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0 * x
