"""Leaves dead grandchildren that nobody waits for, and living ones whose parent is dead.

Expected: no points
At files, limits, none: full marks
"""

import os
import time


def fork_zombies(x):
    for number in range(10):
        if os.fork() == 0:
            if number % 2 and os.fork() == 0:
                time.sleep(600)
            os._exit(0)
    return x + 0.8125
