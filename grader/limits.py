"""What a child may do: the layers that hold it back, each degrading with a word where the system lacks it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]  # every use is behind a check

MEMORY = 2 << 30
"""Address space of a child, in bytes: an honest answer with Numba needs about 300 MB of it."""
FILE_SIZE = 16 << 20
OPEN_FILES = 256

FILES, CALLS, NAMESPACES = "files", "system calls", "namespaces"
"""Layers: only `readable` is read and only the child's folder written; no network, processes or threads; nothing of the
machine's network, processes, names and other files in sight."""
MEMORY_LIMIT, TIME_LIMIT = "memory limit", "processor time limit"
Level = Literal["none", "limits", "confined", "sealed", "isolated"]
LEVELS: tuple[Level, ...] = ("none", "limits", "confined", "sealed", "isolated")

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
BANNED_PACKAGES = frozenset(
    [
        *("tensorflow", "keras", "torch", "jax", "jaxlib", "scipy", "sklearn", "cv2"),
        *("mxnet", "cupy", "theano", "autograd", "tflearn", "solutions", "grader"),
    ]
)
"""Packages that would do an exercise's work, or hold its answer. Using one breaks a rule in every exercise."""
UNREADABLE = BANNED_PACKAGES | {"scikit_learn"}
"""What is never readable: the folders of these packages, and those that their wheels lay beside."""

UNWRITTEN = 0xCD
"""The byte that fresh memory is filled with, where the C library can (glibc): np.empty() is never right by luck."""

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_SIGKILL = 9
_CAPABILITIES_VERSION = 0x20080522

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
    kept["MALLOC_PERTURB_"] = str(UNWRITTEN ^ 0xFF)
    return kept


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(_library().prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def adopt_orphans() -> bool:
    """Have what a dead child leaves running become this process's own, so that it can be ended."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def untraceable() -> bool:
    """Close this process's memory, environment and descriptors to other processes of the same user."""
    return _prctl(_PR_SET_DUMPABLE, 0)


def _drop_capabilities() -> bool:
    """Give up what the superuser may do beyond others, also for good in programs started later."""
    if not sys.platform.startswith("linux"):
        return False
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, in two halves
    try:
        return bool(_library().capset(header, none) == 0)
    except (OSError, AttributeError):
        return False


def restrict(cpu_seconds: int) -> list[str]:
    """Hold this process back, for good. The names of the layers that took hold."""
    layers = []
    untraceable()
    if _prctl(_PR_SET_PDEATHSIG, _SIGKILL):
        layers.append("ends with its parent")
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        layers.append("no new privileges")
    if _drop_capabilities():
        layers.append("no capabilities")
    if resource is not None:
        wanted = {
            MEMORY_LIMIT: ("RLIMIT_AS", MEMORY, MEMORY),
            TIME_LIMIT: ("RLIMIT_CPU", cpu_seconds, cpu_seconds + 1),
            "file size limit": ("RLIMIT_FSIZE", FILE_SIZE, FILE_SIZE),
            "open files limit": ("RLIMIT_NOFILE", OPEN_FILES, OPEN_FILES),
            "no core dumps": ("RLIMIT_CORE", 0, 0),
        }
        if os.geteuid() != 0:  # whom it does not bind
            wanted["no more processes"] = ("RLIMIT_NPROC", 0, 0)
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


@cache
def readable(path: tuple[str, ...], packages: tuple[str, ...]) -> list[str]:
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


def level(layers: Sequence[str]) -> Level:
    """The level of isolation that layers amount to."""
    sealed = [layer in layers for layer in (FILES, CALLS)]
    if all(sealed):
        return "isolated" if NAMESPACES in layers else "sealed"
    return "confined" if any(sealed) else "limits" if TIME_LIMIT in layers else "none"


def required(asked: str | None, unsafe: bool, environ: Mapping[str, str], submissions: int = 1) -> str:
    """The least level of isolation to run at.

    asked: the level that the user asks for; None for the usual: where code of others is likely to be run, in CI and for
    more than one submission, "sealed" on Linux, which has it; "limits" elsewhere. Only `unsafe` lets "none" pass.
    """
    if asked is not None and asked != "none":
        return asked
    if unsafe:
        return "none"
    others = submissions > 1 or any(environ.get(name, "").lower() in ("true", "1") for name in ("CI", "GITHUB_ACTIONS"))
    return "sealed" if asked is None and others and sys.platform.startswith("linux") else "limits"
