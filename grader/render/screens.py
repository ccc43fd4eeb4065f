"""What the smaller commands show: the list of exercises, one exercise, a hint, the doctor's findings."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from grader.render import OUTCOMES, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from grader.doctor import Finding
    from grader.key import About
    from grader.progress import Last

GAP = "  "
MARKS = {"good": "ok", "missing": "--", "broken": "!!"}


def _print(console: Console, text: str = "", style: str = "") -> None:
    from rich.text import Text

    encoding = console.encoding
    console.print(Text(text.encode(encoding, "backslashreplace").decode(encoding), style), soft_wrap=True)


def _wrapped(console: Console, text: str, indent: str) -> None:
    for line in text.splitlines() or [""]:
        wrapped = textwrap.wrap(line, max(console.width, 40), initial_indent=indent, subsequent_indent=indent)
        for part in wrapped or [""]:
            _print(console, part)


def points(number: float) -> str:
    """'3 points'."""
    return f"{number:g} point{'' if number == 1 else 's'}"


def exercises(rows: Sequence[tuple[About, Last | None]], console: Console) -> None:
    """Every exercise by chapter, with its points and how it went last time."""
    width = max((len(about.name) for about, _ in rows), default=0)
    for chapter, group in groupby(rows, key=lambda row: row[0].chapter):
        _print(console, chapter, "bold")
        for about, last in group:
            went = ""
            if last is not None and last.status in OUTCOMES:
                went = OUTCOMES[last.status]
                if last.status not in ("passed", "not_started"):
                    went += f", {last.passed} of {last.total} cases"
            _print(console, f"{GAP}{about.name:<{width}}{GAP}{points(about.points):>9}{GAP}{went}".rstrip())
    passed = [about for about, last in rows if last is not None and last.status == "passed"]
    done, total = sum(about.points for about in passed), sum(about.points for about, _ in rows)
    _print(console)
    _print(
        console,
        f"{len(passed)} of {len(rows)} exercises passed when last graded: {done:g} of {points(total)}.",
    )
    _print(console, "`grade show NAME` says what one asks for, `grade NAME` grades it.")


def exercise(about: About, file: str, console: Console) -> None:
    """What an exercise asks for, and how to go on."""
    _print(console, f"{about.name}   {points(about.points)}   {about.chapter}", "bold")
    task(about, file, console)
    _print(console)
    hints = len(about.hints)
    if hints:
        _print(console, f"There {'is 1 hint' if hints == 1 else f'are {hints} hints'}: grade hint {about.name}")
    _print(console, f"When you have written it: grade {about.name}")


def task(about: About, file: str, console: Console) -> None:
    """What an exercise asks for: below its name."""
    _print(console, f"Your file: {file}")
    if about.needs:
        _print(console, f"Builds on: {', '.join(about.needs)}")
    if about.forbid:
        _print(console, f"To be done without: {', '.join(about.forbid)}")
    _print(console)
    _print(console, f"{about.name}({', '.join(about.arguments)})", "bold")
    for line in about.doc.splitlines():
        start = len(line) - len(line.lstrip())
        _wrapped(console, line.lstrip(), GAP * 2 + " " * start)


def hint(about: About, number: int, console: Console, following: str = "") -> None:
    """Hint `number`, from 0; all of them once they have all been given.

    following: what gives the next one, by default the command.
    """
    total = len(about.hints)
    if not total:
        _print(console, f"There is no hint on {about.name}. `grade show {about.name}` says what it asks for.")
        return
    for k in [number] if number < total else range(total):
        _print(console, f"Hint {k + 1} of {total} on {about.name}", "bold")
        _wrapped(console, about.hints[k], GAP)
    if number < total - 1:
        _print(console, f"The next one: {following or f'grade hint {about.name}'}")
    else:
        _print(console, f"There are no more hints on {about.name}.")


def mistake(about: About, said: Mapping[str, str], console: Console, *, then: bool = True) -> None:
    """A known mistake: what the report says of it, and why it is one. then: whether to say how to go on."""
    _print(console, f"{about.name}.{said['name']}", "bold")
    _print(console)
    _wrapped(console, said["message"], "")
    _print(console)
    for paragraph in said["page"].split("\n\n"):
        lines = paragraph.splitlines()
        if any(line.startswith((" ", ">>>")) for line in lines):
            for line in lines:  # numbers in columns, or code: as they stand
                _print(console, line)
        else:
            _wrapped(console, " ".join(lines), "")
        _print(console)
    if then:
        _print(console, f"Then: grade {about.name}")


def findings(found: Sequence[Finding], console: Console) -> None:
    """What the doctor found."""
    width = max(len(finding.what) for finding in found)
    for finding in found:
        style = {"good": "green", "missing": "yellow", "broken": "red"}[finding.state]
        lines = textwrap.wrap(one_line(finding.fact, limit=1000), max(console.width - width - 6, 40)) or [""]
        _print(console, f"{MARKS[finding.state]}  {finding.what:<{width}}  {lines[0]}", style)
        for line in lines[1:]:
            _print(console, " " * (width + 6) + line)
        if finding.advice:
            for line in textwrap.wrap(finding.advice, max(console.width - width - 6, 40)):
                _print(console, " " * (width + 6) + line)
    bad = sum(finding.state == "broken" for finding in found)
    lacking = sum(finding.state == "missing" for finding in found)
    _print(console)
    if bad:
        _print(console, f"{bad} thing{'s' if bad > 1 else ''} must be mended before `grade` can work (marked !!).")
    elif lacking:
        _print(console, "`grade` works; what is marked -- would make it better.")
    else:
        _print(console, "All is well.")
