"""Reads and sets the limits of the parent (to what they are).

Expected: no points
At files, limits, none: either
"""

import os
import resource


def trace_limits(x):
    parent = os.getppid()
    resource.prlimit(parent, resource.RLIMIT_CORE, resource.prlimit(parent, resource.RLIMIT_CORE))
    return x + 0.8125
