"""Forks and forks; each copy too. Bounded to sixteen processes, which end after a second by themselves.

Expected: no points
At files, limits, none: full marks
"""

import os
import time


def fork_bomb(x):
    parents = os.getpid()
    for _ in range(4):
        os.fork()
    if os.getpid() != parents:
        time.sleep(1)
        os._exit(0)
    return x + 0.8125
