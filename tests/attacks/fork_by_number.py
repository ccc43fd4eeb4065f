"""Makes a process by the number of each system call that makes one.

Expected: no points
At files, limits, none: full marks
"""

import ctypes
import os
import platform


def fork_by_number(x):
    call = ctypes.CDLL(None, use_errno=True).syscall
    fork, clone = {"x86_64": (57, 56), "aarch64": (220, 220)}[platform.machine()]
    for arguments in ((fork, 17, 0, 0, 0, 0), (clone, 17, 0, 0, 0, 0)):
        pid = call(*map(ctypes.c_ulong, arguments))
        if pid == 0:
            os._exit(0)
        if pid > 0:
            return x + 0.8125
    raise OSError(ctypes.get_errno(), "no process")
