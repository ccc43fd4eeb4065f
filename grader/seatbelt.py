"""Confining a child on macOS by sandbox-exec: files of the user and the network are out of its reach.

Apple calls the program deprecated and ships it all the same. Whether it holds is found by trying, as every layer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.namespaces import hidden, packages

PROGRAM = "/usr/bin/sandbox-exec"

# Reading the system's own folders stays: Python and its libraries start from there.
_PROFILE = """(version 1)
(allow default)
(deny network*)
(deny process-fork)
(deny signal (target others))
(deny file-write*)
(deny file-read* (subpath "/Users") (subpath "/Volumes") (subpath "/private/tmp") (subpath "/private/var/folders"))
(allow file-read-metadata)
"""
_CODE = ("worker", "control", "heap", "job", "landlock", "limits", "scratch", "seccomp", "timed", "wire")
"""What a child is made of; see `ONLY_CHILDREN` in the tests of the code."""


def available() -> bool:
    """Whether this is macOS with the program."""
    return sys.platform == "darwin" and os.access(PROGRAM, os.X_OK)


def wrapped(command: Sequence[str], folder: Path) -> list[str]:
    """`command`, a Python program of the grader's folder, confined to `folder` and to what Python needs."""
    here = Path(__file__).parent
    python = [sys.base_prefix, sys.prefix, *packages()]
    readable = [f"(subpath {_text(path)})" for path in [*python, str(folder)]]
    readable += [f"(literal {_text(str(path))})" for path in [here, *(here / f"{name}.py" for name in _CODE)]]
    rules = [
        f"(allow file-read* {' '.join(readable)})",
        *(f"(deny file-read* (subpath {_text(path)}))" for path in hidden()),
        f'(allow file-write* (subpath {_text(str(folder))}) (literal "/dev/null"))',
    ]
    return [PROGRAM, "-p", _PROFILE + "\n".join(rules), *command]


def _text(path: str) -> str:
    escaped = os.path.realpath(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
