"""Changes priority and processors of the parent (to what they are), by which the reference could be slowed down.

Expected: no points
At files, limits, none: either
"""

import os


def trace_priority(x):
    parent = os.getppid()
    os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent))
    os.sched_setaffinity(parent, os.sched_getaffinity(parent))
    return x + 0.8125
