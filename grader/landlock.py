"""Confining file access by Landlock: what is not listed can be neither read nor written.

The numbers are the kernel's (linux/landlock.h); the three system calls are the same on every processor. What a kernel's
version does not know yet is left out, and what it handles without an exception is refused: truncation, devices, TCP,
signals and abstract sockets to processes outside.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from functools import cache

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_RIGHTS_SINCE = {2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}

READ = _EXECUTE | _READ_FILE | _READ_DIR
WRITE = READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: int) -> int:
    # Each as a whole long: the last of them go over the stack, where 32 bits would leave the rest undefined.
    return int(_library().syscall(*map(ctypes.c_ulong, (number, *arguments))))


@cache
def version() -> int:
    """The version of Landlock that the kernel has; 0 where it has none."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return max(0, _call(_CREATE_RULESET, 0, 0, 1))
    except (OSError, AttributeError):
        return 0


def seal(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Leave this process, for good, the files and folders named; the version of Landlock that holds, or 0.

    Paths that do not exist are passed over. No new privileges must be set before.
    """
    known = version()
    if not known:
        return 0
    rights = _FIRST_RIGHTS
    for since, right in _RIGHTS_SINCE.items():
        rights |= right if known >= since else 0
    network, scopes = (3 if known >= 4 else 0), (3 if known >= 6 else 0)
    attributes = (ctypes.c_uint64 * 3)(rights, network, scopes)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _call(_CREATE_RULESET, ctypes.addressof(attributes), size, 0)
    if ruleset < 0:
        return 0
    try:
        for paths, wanted in ((readable, READ), (writable, WRITE)):
            for path in paths:
                _allow(ruleset, path, wanted & rights)
        return known if _call(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_A_FILE
        rule = (ctypes.c_uint32 * 3)(rights & 0xFFFFFFFF, rights >> 32, descriptor)  # packed: 64 bits, then 32
        _call(_ADD_RULE, ruleset, 1, ctypes.addressof(rule), 0)
    finally:
        os.close(descriptor)
