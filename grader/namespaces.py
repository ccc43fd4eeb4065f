"""Namespaces by bubblewrap, where it is installed and works: an outer layer around the preloaded process.

Inside there is no network, no other process, and of the file system only what Python, NumPy and what learners import
need; a folder in memory to write in; no capabilities. What a child may read of it all is Landlock's to say.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from grader import limits

SCRATCH = "/grade-scratch"
"""The one folder that can be written; it is in memory, and gone with the last process."""
SCRATCH_SIZE = 64 << 20
CODE = "/grader"
"""Where the grader's own folder is seen: its real path is nobody's business."""
KINDS = ("ipc", "mnt", "net", "pid", "user", "uts")


def program() -> str | None:
    """bubblewrap, if it is installed."""
    return shutil.which("bwrap") if sys.platform.startswith("linux") else None


def own() -> dict[str, str]:
    """The namespaces of this process."""
    return {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in KINDS}


def wrapped(bubblewrap: str, command: Sequence[str]) -> list[str]:
    """`command`, a Python program of the grader's folder, in namespaces of its own."""
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "grade"]
    for path in _visible():
        options += ["--ro-bind", path, path]
    for path in hidden():
        options += ["--tmpfs", path]
    options += ["--ro-bind", str(Path(__file__).parent), CODE]
    options += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    options += ["--size", str(SCRATCH_SIZE), "--tmpfs", SCRATCH, "--chdir", SCRATCH, "--remount-ro", "/"]
    return [bubblewrap, *options, "--", *command]


def _visible() -> list[str]:
    """What is bound: one by one would be exact, and take a third of a millisecond each."""
    home = sys.base_prefix
    # A Python that is not the system's brings its own libraries.
    wanted = [os.path.dirname(os.__file__) if home == "/usr" else os.path.join(home, "lib"), *packages()]
    wanted += [sys.executable, os.path.join(sys.prefix, "pyvenv.cfg"), "/etc/alternatives"]
    wanted += [path for path in limits.SYSTEM if not path.startswith(("/dev/", "/proc/"))]
    found: list[str] = []
    for path in wanted:
        inside = any(path == one or path.startswith(f"{one}/") for one in found)
        if os.path.exists(path) and not inside:
            found.append(path)
    return found


def packages() -> list[str]:
    """The folders in which packages are installed."""
    # An editable install puts the course's folder, solutions and all, on the path of every Python.
    return [
        entry
        for entry in sys.path
        if entry.endswith(("site-packages", "dist-packages")) and not os.path.isdir(os.path.join(entry, "solutions"))
    ]


def hidden() -> list[str]:
    """Packages beside NumPy that would do an exercise's work."""
    named = (os.path.join(entry, name) for entry in packages() for name in sorted(limits.UNREADABLE))
    return [path for path in named if os.path.isdir(path)]
