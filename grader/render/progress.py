"""A word while an answer key is built, and on each exercise graded meanwhile; and while answers are timed."""

from __future__ import annotations

import sys
from typing import Any

from grader import words
from grader.render import OUTCOMES, cases_text, one_line
from grader.report import ExerciseReport

KEY = "Building the answer key (once for each seed)", "The answer key is ready."
SPEED = "Timing", "Everything is timed."


class Building:
    """Called with the number of parts ready and the number wanted; the latter is 0 while the pages are first read."""

    def __init__(self, sentences: tuple[str, str] = KEY) -> None:
        self.title, self.ready = sentences
        self._bar: Any = None
        self._task: Any = None
        self._said = False

    def __call__(self, ready: int, wanted: int) -> None:
        """Show how far it is. Standard error takes it, so that a report in a pipe stays clean."""
        begins = wanted > 0 and not self._said
        self._said = self._said or begins
        if sys.stderr.isatty():
            self._draw(ready, wanted)
        elif begins:
            print(f"{self.title}: {words.count(wanted, 'exercise')} ...", file=sys.stderr, flush=True)
        elif wanted and ready == wanted:
            print(self.ready, file=sys.stderr, flush=True)

    def graded(self, exercise: ExerciseReport) -> None:
        """Show how an exercise went while others wait for their part of the key: the report comes after them all."""
        if not self._said or exercise.status == "not_started":
            return
        line = f"  {one_line(exercise.name)}: {OUTCOMES[exercise.status]}, {cases_text(exercise)}"
        bar = self._bar
        if bar is not None:
            bar.console.print(line, markup=False, highlight=False)
        else:
            print(line, file=sys.stderr, flush=True)

    def _draw(self, ready: int, wanted: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self.title, total=None)
            self._bar.start()
        self._bar.update(self._task, completed=ready, total=wanted or None)
        if wanted and ready == wanted:
            self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
