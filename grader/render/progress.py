"""A word while an answer key is built, or answers are timed: a bar on a terminal, two lines elsewhere."""

from __future__ import annotations

import sys
from typing import Any

from grader import words

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
        if sys.stderr.isatty():
            self._draw(ready, wanted)
        elif wanted and not self._said:
            self._said = True
            print(f"{self.title}: {words.count(wanted, 'exercise')} ...", file=sys.stderr, flush=True)
        elif wanted and ready == wanted:
            print(self.ready, file=sys.stderr, flush=True)

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
