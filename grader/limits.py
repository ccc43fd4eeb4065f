"""What a child may do: the layers that hold it back, each degrading with a word where the system lacks it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]  # every use is behind a check

MEMORY = 2 << 30
"""Address space of a child, in bytes: an honest answer with Numba needs about 300 MB of it."""
FILE_SIZE = 16 << 20
OPEN_FILES = 256

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def environment(parent: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The environment of a child: a few names of the parent's, and what keeps libraries calm. No secret passes.

    scratch: the folder that the child may write in; it is the child's home and temporary folder.
    """
    kept = {name: parent[name] for name in _KEPT if name in parent}
    kept.update(dict.fromkeys(_ONE_THREAD, "1"))
    kept.update(
        dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE", "NUMBA_CACHE_DIR", "MPLCONFIGDIR"), scratch)
    )
    kept["MPLBACKEND"] = parent.get("MPLBACKEND", "agg")  # plots are drawn into nothing, and open no window
    kept["PYTHONIOENCODING"] = "utf-8"
    return kept


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def adopt_orphans() -> bool:
    """Have what a dead child leaves running become this process's own, so that it can be ended."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def restrict(cpu_seconds: int) -> list[str]:
    """Hold this process back, for good. The names of the layers that took hold."""
    layers = []
    if _prctl(_PR_SET_PDEATHSIG, _SIGKILL):
        layers.append("ends with its parent")
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        layers.append("no new privileges")
    if resource is not None:
        wanted = {
            "memory limit": ("RLIMIT_AS", MEMORY, MEMORY),
            "processor time limit": ("RLIMIT_CPU", cpu_seconds, cpu_seconds + 1),
            "file size limit": ("RLIMIT_FSIZE", FILE_SIZE, FILE_SIZE),
            "open files limit": ("RLIMIT_NOFILE", OPEN_FILES, OPEN_FILES),
            "no core dumps": ("RLIMIT_CORE", 0, 0),
        }
        for layer, (name, soft, hard) in wanted.items():
            kind = getattr(resource, name, None)
            if kind is None:
                continue
            _, ceiling = resource.getrlimit(kind)
            if ceiling != resource.RLIM_INFINITY:
                soft, hard = min(soft, ceiling), min(hard, ceiling)
            try:
                resource.setrlimit(kind, (soft, hard))
            except (OSError, ValueError):
                continue
            layers.append(layer)
    return layers


def level(layers: Sequence[str]) -> Literal["none", "limits"]:
    """The level of isolation that layers amount to: "none" or "limits"."""
    return "limits" if "memory limit" in layers and hasattr(os, "killpg") else "none"
