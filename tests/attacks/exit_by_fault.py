"""Dies by a fault in the memory.

Expected: no points
"""

import ctypes


def exit_by_fault(x):
    ctypes.string_at(1)
