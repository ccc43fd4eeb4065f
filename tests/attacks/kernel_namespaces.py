"""Makes namespaces of its own, in which it would be root.

Expected: no points
At files, limits, none: either
"""

import ctypes


def kernel_namespaces(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x00020000) != 0 and libc.unshare(0x10000000) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    return x + 0.8125
