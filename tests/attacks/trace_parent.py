"""Attaches to the parent as a debugger.

Expected: no points
At limits, none: either
"""

import ctypes
import os

SEIZE = 0x4206  # attaches without stopping it


def trace_parent(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(SEIZE, os.getppid(), None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    return x + 0.8125
