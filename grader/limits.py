"""What a child may do: the layers that hold it back, each degrading with a word where the system lacks it."""

from __future__ import annotations

import contextlib
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

FILES, CALLS = "files", "system calls"
"""Layers: only `readable` is read and only the child's folder written; no network, processes or threads."""

SYSTEM = (
    "/dev/urandom",
    "/dev/zero",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/proc/cpuinfo",
    "/sys/devices/system/cpu",
    *(f"{root}/{name}" for root in ("/lib", "/usr/lib") for name in ("x86_64-linux-gnu", "aarch64-linux-gnu")),
    "/lib64",
    "/usr/lib64",
)
UNREADABLE = frozenset(
    [
        "autograd",
        "cupy",
        "cv2",
        "grader",
        "jax",
        "jaxlib",
        "keras",
        "mxnet",
        "scikit_learn",
        "scipy",
        "sklearn",
        "tensorflow",
        "tflearn",
        "theano",
        "torch",
    ]
)
"""Packages that would do an exercise's work."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
"""Variables that hold libraries to one thread, if they are set before these load."""


def environment(parent: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The environment of a child: a few names of the parent's, and what keeps libraries calm. No secret passes.

    scratch: the folder that the child may write in; it is the child's home and temporary folder.
    """
    kept = {name: parent[name] for name in _KEPT if name in parent}
    kept.update(dict.fromkeys(ONE_THREAD, "1"))
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


def steady_memory() -> None:
    """Have glibc keep memory that is freed: a call against the clock is to compute, not to ask the kernel for pages.

    By default what is kept depends on what was freed before, so that one process would pay for pages and another not.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another system, another C library
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_MAX, 0)
        library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


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


def readable(path: Sequence[str], packages: Sequence[str]) -> list[str]:
    """What a child may read: Python's library, NumPy, the packages that its files import, and what these need.

    path: the child's sys.path. packages: top-level names; Numba brings its compiler, any other all that is installed
    beside it, apart from what `UNREADABLE` names.
    """
    library = os.path.dirname(os.__file__)
    allowed = [library, *SYSTEM, *(entry for entry in path if entry.endswith(".zip"))]
    for entry in path:
        if entry.startswith(library) and not entry.endswith(("site-packages", "dist-packages")):
            continue
        try:
            names = os.listdir(entry)
        except OSError:
            continue
        for name in names:
            if importable(name.partition(".")[0].partition("-")[0], packages):
                allowed.append(os.path.join(entry, name))
    return allowed


def importable(name: str, packages: Sequence[str]) -> bool:
    """Whether a child whose files import `packages` may import the top-level package `name`."""
    with_numba = ("numpy", "numba", "llvmlite")
    if name in with_numba:
        return name == "numpy" or "numba" in packages
    return name not in UNREADABLE and any(package not in with_numba for package in packages)


def level(layers: Sequence[str]) -> Literal["none", "limits", "confined", "sealed"]:
    """The level of isolation that layers amount to."""
    sealed = [layer in layers for layer in (FILES, CALLS)]
    if any(sealed):
        return "sealed" if all(sealed) else "confined"
    return "limits" if "memory limit" in layers and hasattr(os, "killpg") else "none"
