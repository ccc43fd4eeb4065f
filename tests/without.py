"""The grader on a system that lacks a layer of isolation: a copy of its files in which that layer does nothing.

The grader has no switch for it, so that nobody can turn it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

GRADER = Path(__file__).resolve().parents[1] / "grader"

NOTHING = {
    "namespaces": "def program():\n    return None",
    "landlock": "def seal(*given, **named):\n    return 0",
    "seccomp": "def seal(*given, **named):\n    return False",
    "limits": "def restrict(*given, **named):\n    return []",
}
"""Layer's file -> what its function is replaced by where the layer is missing."""


def grader_without(layers: Iterable[str], folder: Path) -> Path:
    """A folder for PYTHONPATH with a copy of the grader in which these layers do nothing."""
    shutil.copytree(GRADER, folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for layer in layers:
        with open(folder / "grader" / f"{layer}.py", "a", encoding="utf-8") as file:
            file.write(f"\n\n{NOTHING[layer]}\n")
    return folder
