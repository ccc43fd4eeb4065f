"""The report on a terminal: an overview, a line an exercise, and after it what to know about each that fails.

Plain enough to be read without colour, through a pipe, at 80 columns, and on a console that has no Unicode. Nothing is
cut: what does not fit is wrapped. Colour only repeats what a word says.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable
from functools import cached_property
from typing import IO, TYPE_CHECKING, Final

from grader import words
from grader.render import (
    OUTCOMES,
    PRINTED,
    STARTED,
    absent,
    absent_text,
    again,
    cases_text,
    chapters,
    chart,
    counts_text,
    errors_text,
    explain,
    explained,
    family_lines,
    fault_text,
    grouped_notes,
    next_step,
    notes_of,
    one_line,
    points_text,
    safe_text,
    subtotal,
    tensorflow_text,
    total_text,
    where,
)
from grader.report import ExerciseReport, GradedFile, Report, Status, exact

if TYPE_CHECKING:
    from rich.console import Console

STYLES: Final[dict[Status, str]] = {
    "passed": "green",
    "not_started": "dim",
    "failed": "yellow",
    "rule_broken": "yellow",
    "missing": "red",
    "error": "red",
    "timeout": "red",
    "crashed": "red",
    "grader_error": "magenta",
}

PIPE_WIDTH: Final = 100
"""Columns where there is no terminal to ask."""

FILES: Final = 3
"""More files than this are counted in the head instead of listed."""

BLOCKS: Final = "█▌"

_GAP: Final = "  "
_SHORTEST_NAME: Final = 12
_COMFORTABLE_NAME: Final = 24


def open_console(file: IO[str]) -> Console:
    """A console for `render`: the terminal's width, or COLUMNS, or 100; colour only on a terminal without NO_COLOR."""
    from rich.console import Console

    known = file.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(file=file, width=None if known else PIPE_WIDTH, highlight=False, markup=False, emoji=False)


class Pipe:
    """A console where there is no terminal: most lines are short and plain, and rich need not be loaded for them."""

    def __init__(self, file: IO[str]) -> None:
        columns = os.environ.get("COLUMNS", "")
        self.file = file
        self.width = int(columns) if columns.isdigit() else PIPE_WIDTH
        self.encoding = (getattr(file, "encoding", None) or "utf-8").lower()

    @cached_property
    def rich(self) -> Console:
        """The console for everything else."""
        return open_console(self.file)

    def write(self, lines: Iterable[str], indent: int) -> None:
        """Write lines, indented unless they are empty."""
        for line in lines:
            self.file.write(f"{' ' * indent}{line}\n" if line else "\n")


def open_output(file: IO[str]) -> Console | Pipe:
    """What `render` writes to `file` with."""
    coloured = file.isatty() or "FORCE_COLOR" in os.environ
    return open_console(file) if coloured else Pipe(file)


def render(report: Report, *, console: Console | Pipe) -> None:
    """Print the report."""
    page = _Page(console)
    _head(report, page)
    _overview(report, page)
    if any(exercise.timing for exercise in report.exercises):
        page.line()
        _speeds(report, page)
    for exercise in explained(report):
        _block(report, exercise, page)
    for names, reason in absent(report):
        page.line()
        page.line(safe_text(absent_text(names, reason)))
    _notes(report, page)
    page.line()
    page.line(f"Total: {total_text(report)}", "bold")
    page.line(counts_text(report))
    for sentence in (fault_text(report), next_step(report)):
        if sentence:
            page.line(one_line(sentence))


def render_speed(report: Report, *, console: Console) -> None:
    """Print the speeds, and whatever else is to be known of exercises that were to be timed."""
    page = _Page(console)
    _speeds(report, page)
    waiting = [exercise.name for exercise in report.exercises if exercise.status != "passed"]
    if waiting:
        page.line()
        page.line(f"{words.NOT_PASSED}: {one_line(', '.join(waiting), limit=10_000)}. `grade` says what each lacks.")


def _speeds(report: Report, page: _Page) -> None:
    for indent, pieces in chart.lines(chart.timed(report), page.width, page.blocks):
        page.pieces(*pieces, indent=indent)


def wrapped(text: str, width: int) -> list[str] | None:
    """The lines of a text at this width, as rich breaks them; None where that takes more than counting letters."""
    lines = text.split("\n")
    if not text.isascii() or any(len(word) > width for line in lines for word in re.findall(r"^\s*\S+|\S+", line)):
        return None
    broken: list[str] = []
    for line in lines:
        parts = textwrap.wrap(line, width, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False)
        broken += [part.rstrip() for part in parts] or [""]
    return broken


class _Page:
    """Lines onto a console: made printable in its encoding, and wrapped to its width."""

    def __init__(self, console: Console | Pipe) -> None:
        self.pipe = console if isinstance(console, Pipe) else None
        self.width = console.width
        self._console = console

    @property
    def console(self) -> Console:
        return self._console.rich if isinstance(self._console, Pipe) else self._console

    def line(self, text: str = "", style: str = "", *, indent: int = 0) -> None:
        """A text of one or more lines; longer ones are wrapped, and their rest is indented alike."""
        self.pieces((text, style), indent=indent)

    def pieces(self, *pieces: tuple[str, str], indent: int = 0) -> None:
        """Texts side by side, each with its style."""
        texts = [(self.printable(text), style) for text, style in pieces]
        if self.pipe is not None:
            plain = wrapped("".join(text for text, _ in texts), max(self.width - indent, 1))
            if plain is not None:
                self.pipe.write(plain, indent)
                return

        from rich.text import Text

        whole = Text()
        for text, style in texts:
            whole.append(text, style)
        for line in whole.wrap(self.console, max(self.width - indent, 1)):
            line.rstrip()
            self.console.print(Text(" " * indent).append_text(line) if line else line, soft_wrap=True)

    def code(self, text: str, *, indent: int) -> None:
        """Code to paste: never wrapped by us, since a line break would change it."""
        if self.pipe is not None:
            self.pipe.write(self.printable(text).split("\n"), indent)
            return

        from rich.text import Text

        for line in self.printable(text).split("\n"):
            self.console.print(Text(" " * indent + line if line else ""), soft_wrap=True)

    @property
    def blocks(self) -> str:
        """What bars are made of: a whole and half a column, or a character that every console has."""
        return BLOCKS if self.printable(BLOCKS) == BLOCKS else "#"

    def printable(self, text: str) -> str:
        encoding = self._console.encoding
        return text.encode(encoding, "backslashreplace").decode(encoding)


def _head(report: Report, page: _Page) -> None:
    files = report.submission.files
    graded = one_line(report.submission.path)
    if len(files) > FILES:
        _fact(page, "Graded", f"{graded} ({len(files)} files; the JSON report has the sha256 of each)")
    elif len(files) == 1 and files[0].path == report.submission.path:
        _fact(page, "Graded", f"{graded}  sha256 {files[0].sha256[:12]}")
    else:
        _fact(page, "Graded", graded)
        for file in files:
            _fact(page, "", f"{one_line(file.path)}  sha256 {file.sha256[:12]}")
    for note in report.submission.notes:
        _fact(page, "", safe_text(note))
    _fact(page, "Seed", str(report.seed))
    _fact(page, "Isolation", report.environment.isolation.level)
    _fact(page, "TensorFlow", one_line(tensorflow_text(report)))


def _fact(page: _Page, label: str, text: str) -> None:
    page.line(f"{label + ':' if label else '':<12}{text}")


def _overview(report: Report, page: _Page) -> None:
    """The lines of all exercises, in columns as wide as their widest cell.

    Where the width allows, every cell says what it is ("9 of 20 cases"); otherwise a line of headings does. Where even
    that is too wide, the difference from TensorFlow is left to the JSON report.
    """
    rows = [_cells(report, exercise) for exercise in report.exercises]
    headings = ["outcome", "cases", "points", "error"]
    longest = max((cell_len(one_line(exercise.name)) for exercise in report.exercises), default=0)

    def widths(cells: list[list[str]]) -> list[int]:
        return [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]

    def left(columns: list[int]) -> int:
        return page.width - len(_GAP) - sum(len(_GAP) + width for width in columns if width)

    columns = widths([*rows, [""] * len(headings)])
    short = left(columns) < min(longest, _COMFORTABLE_NAME)
    if short:
        rows = [_shortened(cells) for cells in rows]
        headings = [heading if width else "" for heading, width in zip(headings, columns, strict=True)]
        columns = widths([*rows, headings])
    alone = short and left(columns) < longest
    if alone:  # rather than to break a line in two
        rows = [[*cells, error.partition(" / ")[0]] for *cells, error in rows]
        columns = widths([*rows, headings])
    name_width = min(longest, max(left(columns), _SHORTEST_NAME))

    def line(name: str, cells: list[str], style: str = "") -> None:
        name = one_line(name)
        if cell_len(name) > name_width:
            page.line(name, indent=len(_GAP))
            name = ""
        outcome, *rest = [f"{cell:<{width}}{_GAP}" for cell, width in zip(cells, columns, strict=True) if width]
        start = _GAP + name + " " * (name_width - cell_len(name)) + _GAP
        page.pieces((start, ""), (outcome, style), ("".join(rest), ""))

    page.line()
    if columns[3]:
        both = " / TensorFlow" if report.environment.tensorflow and not alone else ""
        page.line(f"error: the largest difference from reference{both}, where they can be compared", "dim")
    if short:
        line("", headings, "dim")
    cells = iter(rows)
    for chapter, exercises in chapters(report):
        page.pieces((one_line(chapter), "bold"), (f"{_GAP}{points_text(*subtotal(exercises))}", "dim"))
        for exercise in exercises:
            line(exercise.name, next(cells), STYLES[exercise.status])


def cell_len(text: str) -> int:
    """How many columns a text takes: letters of East Asia take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len as columns_of

    return columns_of(text)


def _cells(report: Report, exercise: ExerciseReport) -> list[str]:
    error = errors_text(report, exercise)
    return [
        OUTCOMES[exercise.status],
        "" if exercise.status == "not_started" else cases_text(exercise),
        points_text(exercise.score, exact(exercise.points)),
        f"error {error}" if error else "",
    ]


def _shortened(cells: list[str]) -> list[str]:
    outcome, cases, points, error = cells
    return [outcome, cases.partition(" case")[0], points.partition(" point")[0], error.removeprefix("error ")]


def _block(report: Report, exercise: ExerciseReport, page: _Page) -> None:
    page.line()
    _heading(exercise, page)
    _details(report, exercise, page)
    page.code(f"Run it again: {one_line(again(report, exercise))}", indent=2)
    if exercise.status != "grader_error":
        page.line(f"A hint:       grade hint {one_line(exercise.name)}", indent=2)


def _heading(exercise: ExerciseReport, page: _Page) -> None:
    page.pieces(
        (one_line(exercise.name), "bold"),
        ("   ", ""),
        (OUTCOMES[exercise.status], STYLES[exercise.status]),
        (f"   {cases_text(exercise)}   {points_text(exercise.score, exact(exercise.points))}", ""),
    )


def heading(exercise: ExerciseReport, *, console: Console) -> None:
    """Print one exercise's outcome, as a line."""
    _heading(exercise, _Page(console))


def details(report: Report, exercise: ExerciseReport, *, console: Console) -> None:
    """Print what to know about one exercise below its outcome."""
    page = _Page(console)
    if exercise.status in STARTED:
        _details(report, exercise, page)
        return
    for note in notes_of(report, exercise):
        page.line(f"Note: {safe_text(note)}", indent=2)
    if exercise.printed:
        page.line("Your code printed:", indent=2)
        _printed(exercise, page)


def _details(report: Report, exercise: ExerciseReport, page: _Page) -> None:
    if exercise.file:
        page.line(f"{one_line(where(exercise))}{_sha256(report.submission.files, exercise.file)}", "dim", indent=2)
    if exercise.failure:
        page.line()
        page.line(safe_text(exercise.failure.message), indent=2)
    for diagnosis in exercise.diagnosis:
        page.line(safe_text(diagnosis.message), "bold", indent=2)
        if diagnosis.explained:
            page.code(f"More on this: {explain(exercise, diagnosis)}", indent=2)
    if exercise.cases.passed:
        page.line(one_line(family_lines(exercise)), indent=2)
    for note in notes_of(report, exercise):
        page.line(f"Note: {safe_text(note)}", indent=2)
    if exercise.printed:
        page.line("Your code printed:", indent=2)
        _printed(exercise, page)
    if exercise.failure and exercise.failure.snippet:
        page.line("Try it:", indent=2)
        page.code(safe_text(exercise.failure.snippet, limit=len(exercise.failure.snippet)), indent=6)


def _notes(report: Report, page: _Page) -> None:
    """What was noted on exercises that pass: once a note, since most notes are made on several."""
    for note, names in grouped_notes(report).items():
        page.line()
        page.line(one_line(", ".join(names), limit=10_000), "bold")
        page.line(f"Note: {safe_text(note)}", indent=2)
    for exercise in report.exercises:
        if exercise.printed and exercise.status not in STARTED:
            page.line()
            page.pieces((one_line(exercise.name), "bold"), ("  printed:", ""))
            _printed(exercise, page)


def _printed(exercise: ExerciseReport, page: _Page) -> None:
    for line in safe_text(exercise.printed, limit=PRINTED).rstrip("\n").split("\n"):
        page.line(f"| {line}", indent=4)


def _sha256(files: tuple[GradedFile, ...], path: str) -> str:
    return next((f"  sha256 {file.sha256[:12]}" for file in files if file.path == path), "")
