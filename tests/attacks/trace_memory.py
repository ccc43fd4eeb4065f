"""Reads the parent's memory by a system call.

Expected: no points
At limits, none: either
"""

import ctypes
import os


def trace_memory(x):
    libc = ctypes.CDLL(None, use_errno=True)
    here = ctypes.create_string_buffer(8)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
    remote = (ctypes.c_size_t * 2)(id(None), 8)  # a fork has what its parent has, at the same place
    count = libc.process_vm_readv(os.getppid(), local, ctypes.c_ulong(1), remote, ctypes.c_ulong(1), ctypes.c_ulong(0))
    if count != 8:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return x + 0.8125
