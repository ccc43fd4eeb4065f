"""Takes memory that does not count as its own: memory files, System V segments.

Expected: no points
At files, limits, none: full marks
"""

import ctypes
import os


def memory_beside_the_limit(x):
    try:
        os.close(os.memfd_create("hoard"))
        return x + 0.8125
    except OSError:
        libc = ctypes.CDLL(None, use_errno=True)
        number = libc.shmget(0, ctypes.c_size_t(4096), 0o1600)
        if number < 0:
            raise
        libc.shmctl(number, 0, None)
        return x + 0.8125
