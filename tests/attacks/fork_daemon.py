"""Leaves a process behind that has left its group and session and has closed everything.

Expected: no points
At files, limits, none: full marks
"""

import os
import time


def fork_daemon(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 256)
            time.sleep(600)
        os._exit(0)
    return x + 0.8125
