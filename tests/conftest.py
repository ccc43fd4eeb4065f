"""What the tests share: the course, a cache of their own, and running `grade` as a user does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from handed_in import load as load

ROOT = Path(__file__).resolve().parent.parent

if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in a job that a shell has put in the background: what is started here must hear Ctrl-C all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Run:
    """How a run of `grade` ended."""

    status: int
    output: str
    errors: str

    @property
    def json(self) -> dict[str, Any]:
        """What `--json -` printed."""
        report: dict[str, Any] = json.loads(self.output, parse_constant=_refuse)
        return report

    def statuses(self) -> dict[str, str]:
        """Exercise name -> status, of the JSON report."""
        return {one["name"]: one["status"] for one in self.json["exercises"]}


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def grade(*arguments: str | Path, cwd: Path = ROOT, timeout: float = 300, **environment: str) -> Run:
    """Run `grade` in a process of its own, in `cwd`, with a few variables more."""
    names = ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "NO_COLOR", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", *map(str, arguments)],
        cwd=cwd,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@pytest.fixture(name="grade")
def _grade() -> Callable[..., Run]:
    return grade
