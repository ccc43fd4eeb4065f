"""Makes system calls in the ways of other processors: 32 bits, x32.

Expected: no points
At files, limits, none: either
"""

import ctypes


def kernel_old_calls(x):
    call = ctypes.CDLL(None, use_errno=True).syscall
    if call(ctypes.c_ulong(0x40000000 + 41), 2, 2, 0) < 0:
        raise OSError(ctypes.get_errno(), "x32")
    return x + 0.8125
