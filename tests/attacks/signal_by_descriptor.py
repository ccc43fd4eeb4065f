"""Has the kernel send a signal to the parent when something arrives in a pipe: fcntl F_SETOWN.

Expected: no points
At files, limits, none: full marks
"""

import fcntl
import os


def signal_by_descriptor(x):
    reader, writer = os.pipe()
    fcntl.fcntl(reader, fcntl.F_SETOWN, os.getppid())
    fcntl.fcntl(reader, 10, 0)
    return x + 0.8125
