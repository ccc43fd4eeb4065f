"""Grading learners' code within the tests' own process: quicker than a run of `grade`, and nothing left out but it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from conftest import ROOT

from grader.course import Course
from grader.grading import Grading
from grader.key import Key, Part
from grader.player import Player
from grader.report import ExerciseReport
from grader.submission import read_submission


@cache
def parts(seed: int = 0) -> dict[str, Part]:
    """The key of the whole course."""
    key = Key(Course(ROOT), seed)
    names = [about.name for about in key.catalogue()]
    return {part.about.name: part for part in key.parts(names)}


@contextmanager
def _folder(exercise: str, source: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{exercise}.py").write_text(source, encoding="utf-8")
        yield Path(folder)


def graded(answers: Sequence[tuple[str, str]], seed: int = 0) -> list[ExerciseReport]:
    """The report on each (exercise, a file's text), each handed in by itself."""
    reports = []
    with Player() as player:
        for exercise, source in answers:
            with _folder(exercise, source) as folder:
                grading = Grading(read_submission(folder, list(parts(seed))), player, timeout=5)
                reports.append(grading.grade(parts(seed)[exercise]))
    return reports
