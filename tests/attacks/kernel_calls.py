"""Asks the kernel for what attacks on it begin with: io_uring, BPF, user faults, keys, performance events.

Expected: no points
At files, limits, none: either
"""

import ctypes
import platform


def kernel_calls(x):
    call = ctypes.CDLL(None, use_errno=True).syscall
    room = ctypes.create_string_buffer(256)
    arm = platform.machine() == "aarch64"
    numbers = {"io_uring": 425, "bpf": 280 if arm else 321, "userfaultfd": 282 if arm else 323}
    numbers |= {"keyctl": 219 if arm else 250, "perf": 241 if arm else 298, "fsopen": 430}
    for number in numbers.values():
        if call(ctypes.c_ulong(number), ctypes.c_ulong(1), ctypes.addressof(room), ctypes.c_ulong(0)) >= 0:
            return x + 0.8125
        if ctypes.get_errno() not in (1, 38):
            return x + 0.8125
    raise PermissionError("none of them")
