"""Examining this machine: what the grader needs of it, whether it is there, and what to do where it is not."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course import CourseError, find_course
from grader.isolation import examined
from grader.key import KeyFault, cache_folder, tensorflow_version, version_of
from grader.launch import PlayerError
from grader.limits import level
from grader.player import Player

IMPORT_SECONDS = 120


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `advice` is what to do, "" where nothing is."""

    what: str
    state: Literal["good", "missing", "broken"]
    fact: str
    advice: str = ""


def examine(here: Path) -> list[Finding]:
    """Look at everything, from what all else needs to what is only nice to have."""
    return [_python(), *_packages(), _course(here), _cache(), *_imports(), *_isolation()]


def _python() -> Finding:
    return Finding("Python", "good", f"{platform.python_version()} ({sys.executable})")


def _packages() -> Iterator[Finding]:
    for name in ("numpy", "safetensors", "click", "rich", "nbformat", "watchfiles"):
        version = version_of(name)
        if version is None:
            yield Finding(name, "broken", "not installed", "Install the grader again: python -m pip install -e .")
        else:
            yield Finding(name, "good", version)


def _course(here: Path) -> Finding:
    course = find_course(here.resolve())
    if course is None:
        advice = "Go into the course's folder, or name it with --course PATH."
        return Finding("course", "missing", f"none in {here.resolve()} or above it", advice)
    try:
        pages = course.pages()
    except CourseError as error:
        return Finding("course", "broken", str(error), "Restore the course's solutions/ folder.")
    gone = [page.name for page in pages if not page.stub.exists()]
    if gone:
        advice = "A stub that was deleted comes back with `git checkout exercises`."
        return Finding(
            "course", "good", f"{course.root}: {len(pages)} exercises, no file for {', '.join(gone)}", advice
        )
    return Finding("course", "good", f"{course.root}: {len(pages)} exercises")


def _cache() -> Finding:
    try:
        folder, note = cache_folder()
    except KeyFault as error:
        return Finding("cache folder", "broken", str(error), "Set GRADER_CACHE_DIR to a folder that can be written.")
    if note:
        return Finding("cache folder", "missing", note, "Set GRADER_CACHE_DIR to a folder that lasts.")
    return Finding("cache folder", "good", f"{folder} can be written")


def _imports() -> Iterator[Finding]:
    """Numba and TensorFlow, really imported: an installed package can still be broken."""
    numba = "Install it: python -m pip install numba"
    yield _import("numba", version_of("numba"), "broken", numba)
    advice = 'To compare with TensorFlow too: python -m pip install -e ".[tensorflow]"'
    if sys.platform == "win32":
        advice += ". Where that says 'No such file', allow long paths: https://pip.pypa.io/warnings/enable-long-paths"
    yield _import("tensorflow", tensorflow_version(), "missing", advice)


def _import(name: str, version: str | None, otherwise: Literal["missing", "broken"], advice: str) -> Finding:
    if version is None:
        return Finding(name, otherwise, "not installed", advice)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", f"import {name}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=IMPORT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, otherwise, f"{version} is installed; importing it failed: {error}", advice)
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {done.returncode}"]
        return Finding(name, otherwise, f"{version} is installed; importing it failed: {lines[-1]}", advice)
    return Finding(name, "good", version)


def _isolation() -> Iterator[Finding]:
    """The level that is reached, and each layer by itself."""
    try:
        with Player(isolate=True) as player:
            held = player.layers()
    except PlayerError as error:
        yield Finding("isolation", "broken", str(error), "Submissions cannot be run on this machine.")
        return
    reached = level(held)
    advice = {
        "none": "Only with --unsafe is anything run. Grade on Linux or in a container.",
        "limits": "Grade only code that you trust, or grade on Linux or in a container.",
        "confined": "Grade only code that you trust, or grade on Linux or in a container.",
    }
    yield Finding("isolation", "missing" if reached == "none" else "good", reached, advice.get(reached, ""))
    for layer in examined(held, player.without):
        state: Literal["good", "missing"] = "good" if layer.held else "missing"
        yield Finding(f"  {layer.name}", state, layer.fact, layer.advice)
