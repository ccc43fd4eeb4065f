"""The heap of a process that is timed: memory stays with it, and arrays begin at the same place of a page in each.

Where malloc has a large array begin depends on all that the process asked for since it started, and the same compiled
loops took up to a quarter longer where their result began 48 bytes into a page in place of at its start (to the
processor their loads looked like what a store 4 KiB away had written): of two processes that run one program, one
would be slower for as long as it lives. This is for glibc; elsewhere nothing is done.
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_PERTURB = -1, -4, -6
_PAGE = 4096
_HEAD = 8
"""Bytes that glibc keeps before each block."""
_BEFORE = 64
"""Bytes that Numba keeps before an array of its own: its arrays begin at a page, and NumPy's so much before one."""
_LARGEST = 1 << 20
"""Bytes of the largest gap between blocks that is looked for."""
_GAPS = tuple(_LARGEST >> shift for shift in (0, 2, 4, 6))


class Heap:
    """malloc of this process, which from now on keeps what is freed."""

    def __init__(self) -> None:
        self._library: ctypes.CDLL | None = None
        self._pad: int | None = None
        try:
            library = ctypes.CDLL(None)
            # What is kept by default depends on what was freed before: one process would pay for pages and another not.
            library.mallopt(_M_MMAP_MAX, 0)
            library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
            library.mallopt(_M_PERTURB, 0)  # what is not written need not be spoiled: answers were graded before
            library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
            library.free.restype, library.free.argtypes = None, (ctypes.c_void_p,)
        except (OSError, AttributeError, TypeError):  # another system, another C library
            return
        self._library = library

    def align(self) -> None:
        """Have the next large block begin where a page does: to be asked for when earlier ones are free again."""
        if self._library is None:
            return
        malloc, free = self._library.malloc, self._library.free
        free(self._pad)
        self._pad = None
        top = malloc(4 * _LARGEST)
        free(top)
        if top is None:  # the limit on memory is near
            return
        for size in _GAPS:  # closed for good, or a block would go there
            while (block := malloc(size)) is not None and block < top:
                pass
            free(block)
        self._pad = malloc(_LARGEST - (top + _LARGEST + _BEFORE) % _PAGE - _HEAD)
