"""What `grade watch` shows: a picture of a whole screen from how things stand, or lines where there is no terminal.

At the top the verdict, large; below it what to know about it, or what was asked for in its place; at the bottom what
runs, the course's progress and the keys. What does not fit can be scrolled to, and a line says so.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from fractions import Fraction
from itertools import groupby
from typing import IO, TYPE_CHECKING

from grader import words
from grader.render import OUTCOMES, cases_text, one_line, points_text, safe_text, screens
from grader.render.terminal import STYLES, details, heading, open_console
from grader.report import exact, score_of
from grader.watch import Graded, Setting, View, has_passed

if TYPE_CHECKING:
    from rich.console import Console

TALL = 20
"""Lines from which on the verdict is three lines high."""
BLOCKS, PLAIN = "█▒░", "#+."
"""An exercise in the progress bar: passed, begun, not begun; for consoles with Unicode and without."""


class _Canvas:
    """A console of a size, from which finished lines are taken, none wider than it."""

    def __init__(self, width: int, encoding: str) -> None:
        from rich.console import Console

        self.width = width
        file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="replace")
        self.console = Console(
            file=file,
            width=width,
            force_terminal=True,
            color_system="standard",
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def lines(self, draw: Callable[[Console], None]) -> list[str]:
        """The lines that `draw` prints. Code that is too wide goes on in the next line."""
        from rich.cells import cell_len, chop_cells
        from rich.text import Text

        with self.console.capture() as capture:
            draw(self.console)
        found: list[str] = []
        for line in capture.get().removesuffix("\n").split("\n"):
            plain = Text.from_ansi(line).plain if "\x1b" in line else line
            found += [line] if cell_len(plain) <= self.width else chop_cells(plain, self.width)
        return found

    def text(self, *pieces: tuple[str, str]) -> str:
        """A line of texts, each with its style; what is beyond the width is left out."""
        from rich.text import Text

        whole = Text()
        for text, style in pieces:
            whole.append(text, style)
        whole.truncate(self.width)
        [line] = self.lines(lambda console: console.print(whole, soft_wrap=True))
        return line


def picture(view: View, width: int, height: int, encoding: str) -> tuple[list[str], int]:
    """The lines of a screen of that size, and how many lines at most can be scrolled away."""
    canvas = _Canvas(width, encoding)
    top = _banner(view, canvas, 3 if height >= TALL else 1)
    bottom = _bottom(view, canvas, encoding)
    room = height - len(top) - len(bottom) - 2
    if room < 3:  # a very small screen: the verdict first
        bottom = bottom[-1:]
        room = max(height - len(top) - len(bottom) - 2, 1)
    body = _body(view, canvas)
    furthest = max(len(body) - room, 0)
    start = min(view.scroll, furthest)
    shown = body[start : start + room]
    between = [""]
    if furthest:
        more = words.watch_more(start + 1, start + len(shown), len(body))
        between = [canvas.text((more, "dim"))]
    shown += [""] * (room - len(shown))
    return [*top, "", *shown, *between, *bottom][:height], furthest


# ---------------------------------------------------------------- the verdict


def _banner(view: View, canvas: _Canvas, rows: int) -> list[str]:
    from rich.cells import cell_len, set_cell_size

    name = one_line(view.about.name)
    if view.report is None:
        style = "dim"
        parts = [name, screens.points(view.about.points)]
    elif view.stale:
        style = "dim"
        parts = [name, words.WATCH_GRADING]
    else:
        exercise = view.report.exercises[0]
        style = STYLES[exercise.status]
        parts = [name, OUTCOMES[exercise.status]]
        parts += [] if exercise.status == "not_started" else [cases_text(exercise)]
        parts.append(points_text(exercise.score, exact(exercise.points)))
    while len(parts) > 2 and cell_len("   ".join(parts)) > canvas.width - 4:
        parts.pop()  # they stand in the text below, too
    said = "  " + "   ".join(parts)
    chapter = one_line(view.about.chapter) + "  "
    left = canvas.width - cell_len(said) - cell_len(chapter)
    if left >= 3:
        said += " " * left + chapter
    empty = canvas.text((" " * canvas.width, f"{style} reverse"))
    line = canvas.text((set_cell_size(said, canvas.width), f"bold {style} reverse"))
    return [line] if rows == 1 else [empty, line, empty]


def _body(view: View, canvas: _Canvas) -> list[str]:
    """What stands between the verdict and the bottom."""
    if view.overlay == "keys":
        return _keys_page(canvas)
    if view.overlay == "list":
        rows = [(about, view.last.get(about.name)) for about in view.abouts]
        return canvas.lines(lambda console: screens.exercises(rows, console))
    if view.overlay == "hint":
        return canvas.lines(lambda console: screens.hint(view.about, view.hint, console, "press h"))
    if view.overlay == "explain":
        return _explanations(view, canvas)
    return _verdict(view, canvas)


def _verdict(view: View, canvas: _Canvas) -> list[str]:
    lines: list[str] = []
    status = view.report.exercises[0].status if view.report is not None else None
    report = view.report
    if report is None or status == "not_started":
        if view.lacking:
            lines += [*_wrapped(words.watch_needs(view.about.name, view.lacking), canvas), ""]
        file = one_line(view.file)
        return lines + canvas.lines(lambda console: screens.task(view.about, file, console))
    if view.stale:
        lines += _wrapped(words.WATCH_BEFORE, canvas)
    elif status == "passed":
        for sentence in after(view, plain=False):
            lines += _wrapped(sentence, canvas)
        lines.append("")
    return lines + canvas.lines(lambda console: details(report, report.exercises[0], console=console))


def after(view: View, *, plain: bool) -> list[str]:
    """What to do after the exercise has passed."""
    ahead = view.ahead.name if view.ahead is not None else ""
    return words.watch_passed(one_line(view.page), ahead, len(view.abouts), plain)


def _explanations(view: View, canvas: _Canvas) -> list[str]:
    found = view.report.exercises[0].diagnosis if view.report is not None else ()
    named = [one.mistake for one in found if one.explained]
    said = [one for name in named for one in view.about.mistakes if one["name"] == name]
    lines: list[str] = []
    for one in said:
        lines += canvas.lines(lambda console, one=one: screens.mistake(view.about, one, console, then=False))  # type: ignore[misc]
    return lines


def _keys_page(canvas: _Canvas) -> list[str]:
    lines = []
    for key, text in words.WATCH_KEYS:
        first, *rest = textwrap.wrap(text, max(canvas.width - 6, 1))
        lines.append(canvas.text((f"  {key}   ", "bold"), (first, "")))
        lines += [canvas.text(("      " + line, "")) for line in rest]
    return [*lines, "", *_wrapped(words.WATCH_SCROLL, canvas), *_wrapped(words.WATCH_BACK, canvas)]


# ---------------------------------------------------------------- the bottom


def _bottom(view: View, canvas: _Canvas, encoding: str) -> list[str]:
    lines: list[str] = []
    for note in view.notes:
        lines += [canvas.text((line, "dim")) for line in _wrapped(note, canvas)]
    if view.asking:
        lines += [canvas.text((line, "bold")) for line in _wrapped(view.asking, canvas)]
    else:
        lines += [canvas.text((line, "")) for line in _wrapped(view.message or view.busy, canvas)]
    lines += _progress(view, canvas, encoding)
    lines.append(_keys(view, canvas))
    return lines


def _progress(view: View, canvas: _Canvas, encoding: str) -> list[str]:
    passed, begun, score, most = 0, 0, Fraction(0), Fraction(0)
    for about in view.abouts:
        last = view.last.get(about.name)
        passed += has_passed(last)
        begun += last is not None and last.status not in ("passed", "not_started")
        most += exact(about.points)
        if last is not None and 0 < last.passed <= last.total:  # read from a file
            score += score_of(about.points, last.passed, last.total)
    counts = words.watch_counts(passed, len(view.abouts), points_text(score, most))
    left = canvas.width - len(counts) - 3
    marks = _marks(encoding)
    pieces: list[tuple[str, str]] = []
    for _, group in groupby(view.abouts, key=lambda about: about.chapter):
        pieces.append((" ", ""))
        for about in group:
            last = view.last.get(about.name)
            status = last.status if last is not None else "not_started"
            mark = marks[0] if status == "passed" else marks[2] if status == "not_started" else marks[1]
            pieces.append((mark, STYLES.get(status, "dim")))  # type: ignore[call-overload]  # read from a file
    pieces = pieces[1:]
    if len(pieces) > left:  # too many for one mark each: as shares
        size = max(left, 0)
        # What there is is seen, and only all of them make a full bar.
        done = max(passed * size // len(view.abouts), min(passed, 1, size))
        under = min(-(-begun * size // len(view.abouts)), size - done)
        pieces = [
            (marks[0] * done, STYLES["passed"]),
            (marks[1] * under, STYLES["failed"]),
            (marks[2] * (size - done - under), STYLES["not_started"]),
        ]
    return [canvas.text(*pieces, ("   " if left > 0 else "", ""), (counts, ""))]


def _marks(encoding: str) -> str:
    try:
        BLOCKS.encode(encoding)
    except (UnicodeError, LookupError):
        return PLAIN
    return BLOCKS


def _keys(view: View, canvas: _Canvas) -> str:
    """The keys, with as many words as there is room for."""
    report = view.report
    useless = set()
    if report is None or not any(one.explained for one in report.exercises[0].diagnosis):
        useless.add("e")
    keys = [(key, text.split(":")[0].split(",")[0]) for key, text in words.WATCH_KEYS if key not in useless]
    for gap, labels in (("   ", True), ("  ", True), ("  ", False)):
        pieces: list[tuple[str, str]] = []
        for key, label in keys:
            pieces += [(gap if pieces else "", ""), (key, "bold"), (f" {label}" if labels or key in "?q" else "", "")]
        if sum(len(text) for text, _ in pieces) <= canvas.width:
            break
    return canvas.text(*pieces)


def _wrapped(text: str, canvas: _Canvas) -> list[str]:
    encoding = canvas.console.encoding
    text = safe_text(text).encode(encoding, "backslashreplace").decode(encoding)
    return [part for line in text.split("\n") for part in textwrap.wrap(line, canvas.width) or [""]]


# ---------------------------------------------------------------- without a terminal


class Lines:
    """Verdicts as plain lines, one after another."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._console = open_console(file)

    def begin(self, setting: Setting) -> None:
        """Say what is watched."""
        self.note(words.watching(one_line(setting.shown), len(setting.chosen)))

    def verdict(self, graded: Graded, view: View) -> None:
        """Say a verdict: all of it on what was saved, a line on what only imports it."""
        report = graded.report
        exercise = report.exercises[0]
        if graded.why == "all":
            return
        heading(exercise, console=self._console)
        if graded.why != "follows":
            details(report, exercise, console=self._console)
            for sentence in after(view, plain=True) if exercise.status == "passed" else ():
                self._say(f"  {safe_text(sentence)}")
            if exercise.status == "not_started":
                self._say(f"  {words.watch_begin(one_line(view.file), view.about.name)}")
        self._file.flush()

    def note(self, text: str) -> None:
        """Say a sentence."""
        self._say(safe_text(text))
        self._file.flush()

    def _say(self, text: str) -> None:
        encoding = self._console.encoding
        self._file.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
