"""What a learner has done so far in a course: the last result of each exercise, and the hints already given.

A convenience and nothing more: it is kept in the cache folder, and no score depends on it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.report import Report


@dataclass(frozen=True)
class Last:
    """How an exercise went last time: its status, and cases passed of how many."""

    status: str
    passed: int
    total: int


class Progress:
    """The progress in the course at `root`, read from `cache` and written back by `remember` and `next_hint`."""

    def __init__(self, cache: Path, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
        self._path = cache / "progress" / f"{name}.json"
        self._said: dict[str, Any] = {"last": {}, "hints": {}}
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(said["last"], dict) and isinstance(said["hints"], dict):
                self._said = said
        except (OSError, ValueError, KeyError, TypeError):
            pass  # none yet, or damaged: a fresh start loses nothing that counts

    def last(self, name: str) -> Last | None:
        """How the exercise went last time; None where it was never graded."""
        try:
            last = Last(**self._said["last"][name])
        except (KeyError, TypeError):
            return None
        whole = isinstance(last.status, str) and isinstance(last.passed, int) and isinstance(last.total, int)
        return last if whole else None

    def remember(self, report: Report) -> None:
        """Keep the results of a run."""
        for one in report.exercises:
            self._said["last"][one.name] = {
                "status": one.status,
                "passed": one.cases.passed,
                "total": one.cases.total,
            }
        self._write()

    def next_hint(self, name: str, hints: int) -> int:
        """The number of the hint to give now, from 0; `hints` once all were given."""
        given = self._said["hints"].get(name, 0)
        number = given if isinstance(given, int) and 0 <= given <= hints else 0
        self._said["hints"][name] = min(number + 1, hints)
        self._write()
        return number

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".writing-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(self._said, file)
                os.replace(name, self._path)
            except BaseException:
                os.unlink(name)
                raise
        except OSError:
            pass  # a run that cannot be remembered is a run all the same
