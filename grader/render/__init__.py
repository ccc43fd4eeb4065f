"""The report for people and for other programs' eyes: pure functions from a report to text.

What they share stands here: the words of an outcome, and `safe_text`, through which every string passes that a learner
can have had a hand in: names of files, messages of errors, what their code printed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import groupby
from typing import Final

from grader.report import STATUSES, Diagnosis, ExerciseReport, Report, Status, exact, shown

OUTCOMES: Final[dict[Status, str]] = {
    "passed": "passed",
    "not_started": "not started",
    "failed": "not yet",
    "rule_broken": "not yet",
    "missing": "could not run",
    "error": "could not run",
    "timeout": "could not run",
    "crashed": "could not run",
    "grader_error": "grader error",
}
"""How each status reads. What went wrong exactly is the failure's first line."""

STARTED: Final = frozenset(STATUSES) - {"passed", "not_started"}
"""The statuses that a learner wants to hear the reason of."""

LONGEST: Final = 4000
"""Characters of one text that a report shows, unless it says otherwise."""

PRINTED: Final = 2000
"""Characters of what a learner's code printed that a report shows."""

_ANSI: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_SPECIAL: Final = re.compile(r"[^\n -~]")
_JOINERS: Final = "\u200c\u200d"  # Persian words and family emoji need them


def safe_text(text: str, *, limit: int = LONGEST) -> str:
    """The text with nothing in it that acts: it can only be read.

    Colour codes go; other control characters, direction overrides, invisible characters and half surrogates are
    written out as \\x1b or \\u202e; lines end in a new line only, tabs are spaces. What is beyond `limit` characters is
    left out, and the text says how much that was. Still to be escaped for where it goes (Markdown, XML, a command).
    """
    left_out = max(len(text) - limit, 0)
    text = text[:limit].replace("\r\n", "\n").replace("\r", "\n")
    text = _SPECIAL.sub(_written_out, _ANSI.sub("", text).expandtabs(4))
    return f"{text}\n[{left_out} more characters left out]" if left_out else text


def one_line(text: str, *, limit: int = 300) -> str:
    """`safe_text` for where a line must stay a line: new lines are written out as \\n."""
    text = safe_text(text.replace("\r\n", "\n").replace("\n", "\\n").replace("\r", "\\r"), limit=limit)
    return text.replace("\n", " ")


def _written_out(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # how Python carries a byte of a file name that is not UTF-8
    acts = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    if not acts and code & 0xFFFE != 0xFFFE:
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cases_text(exercise: ExerciseReport) -> str:
    """'9 of 20 cases'."""
    return f"{exercise.cases.passed} of {exercise.cases.total} case{'s' if exercise.cases.total != 1 else ''}"


def points_text(score: Fraction, most: Fraction) -> str:
    """'1.4 / 3 points'."""
    return f"{shown(score, most)} / {shown(most, most)} point{'s' if most != 1 else ''}"


def total_text(report: Report) -> str:
    """'61.5 of 100 points'."""
    most = report.max_score
    return f"{shown(report.score, most)} of {shown(most, most)} point{'s' if most != 1 else ''}"


def counts_text(report: Report) -> str:
    """'12 of 35 exercises passed, 3 not yet, 20 not started', in the order of `OUTCOMES`."""
    counts: dict[str, int] = dict.fromkeys(OUTCOMES.values(), 0)
    for status, count in report.counts.items():
        counts[OUTCOMES[status]] += count
    passed = counts.pop("passed")
    total = len(report.exercises)
    first = f"{passed} of {total} exercise{'s' if total != 1 else ''} passed"
    order = ("not yet", "could not run", "grader error", "not started")
    return ", ".join([first, *(f"{counts[word]} {word}" for word in order if counts[word])])


def errors_text(report: Report, exercise: ExerciseReport) -> str:
    """'1.2e-07 / 3.0e-08': the largest error against the reference and TensorFlow; '' where nothing was compared.

    The second is there when the report has TensorFlow at all.
    """
    both = (exercise.max_error.reference, exercise.max_error.tensorflow)
    if both == (None, None):
        return ""
    return " / ".join(_error(error) for error in (both if report.environment.tensorflow else both[:1]))


def _error(error: float | None) -> str:
    if error is None:
        return "-"
    return f"{error:.2g}" if error == 0 or 1e-3 <= error < 100 else f"{error:.1e}"


def tensorflow_text(report: Report) -> str:
    """TensorFlow's version, or 'not compared (reason)'."""
    environment = report.environment
    return environment.tensorflow or f"not compared ({environment.tensorflow_reason or 'no reason was given'})"


def isolation_text(report: Report) -> str:
    """'sealed (no network, no threads)': the level, and the layers that made it."""
    isolation = report.environment.isolation
    return f"{isolation.level} ({', '.join(isolation.layers)})" if isolation.layers else isolation.level


def again(report: Report, exercise: ExerciseReport) -> str:
    """The command that grades this exercise again on the same cases."""
    return _command("grade", exercise.name, *report.again, "--seed", str(report.seed))


def explain(exercise: ExerciseReport, diagnosis: Diagnosis) -> str:
    """The command that explains a known mistake."""
    return _command("grade", "explain", f"{exercise.name}.{diagnosis.mistake}")


def _command(*words: str) -> str:
    return " ".join(word if re.fullmatch(r"[\w./:=+,@%-]+", word) else _quoted(word) for word in words)


def _quoted(word: str) -> str:
    # Double quotes are understood by every shell, cmd.exe too, as long as there is nothing to expand inside.
    return "'" + word.replace("'", "'\\''") + "'" if re.search(r'["$`\\!]', word) else f'"{word}"'


def fault_text(report: Report) -> str:
    """Whose fault a grader error is, and what to do; '' when there was none."""
    if not report.counts["grader_error"]:
        return ""
    return (
        "A grader error is a fault of the grader or of the course, not of your code. Please show it to your instructor."
    )


def next_step(report: Report) -> str:
    """Where a learner goes from here: the first exercise that does not pass yet; '' when that is plain to see."""
    if not report.exercises:
        return "There was no exercise to grade."
    if report.counts["passed"] == len(report.exercises):
        return "Everything passed. Well done!"
    unfinished = [exercise for exercise in report.exercises if exercise.status not in ("passed", "grader_error")]
    if not unfinished:
        return ""
    first = unfinished[0]
    if report.counts["not_started"] == len(report.exercises):
        place = (
            f" in {first.file}, {first.cell or 'line'} {'' if first.cell else first.line}".rstrip()
            if first.file
            else ""
        )
        return f"Begin with {first.name}{place}. Then run: {_command('grade', first.name, *report.again)}"
    place = f" ({where(first)})" if first.file else ""
    return f"Next: {first.name}, {OUTCOMES[first.status]}{place}" if len(report.exercises) > 1 else ""


def notes_of(report: Report, exercise: ExerciseReport) -> list[str]:
    """The notes on an exercise but for those on whole files, which the report's head has, and those on its speed."""
    return [note for note in exercise.notes if note not in report.submission.notes and note not in exercise.timing]


def absent(report: Report) -> list[tuple[list[str], str]]:
    """Exercises that are missing for the same reason, where they are several: their names, and the reason for one."""
    groups: dict[str, list[ExerciseReport]] = {}
    for exercise in report.exercises:
        if exercise.status == "missing" and exercise.failure is not None:
            groups.setdefault(exercise.failure.message.replace(exercise.name, "\0"), []).append(exercise)
    several = [group for group in groups.values() if len(group) > 2]
    return [([one.name for one in group], group[0].failure.message) for group in several if group[0].failure]


def explained(report: Report) -> list[ExerciseReport]:
    """The exercises that get a block of their own: started, not passed, and not told of together in `absent`."""
    together = {name for names, _ in absent(report) for name in names}
    return [one for one in report.exercises if one.status in STARTED and one.name not in together]


def absent_text(names: list[str], reason: str) -> str:
    """'32 exercises were not found: ... For the first: there is no function ...'."""
    return f"{len(names)} exercises were not found: {', '.join(names)}. For {names[0]}: {reason}"


def grouped_notes(report: Report) -> dict[str, list[str]]:
    """The notes on exercises that have no reason to explain, each with the names of all that it was made on."""
    notes: dict[str, list[str]] = {}
    for exercise in report.exercises:
        for note in notes_of(report, exercise) if exercise.status not in STARTED else ():
            notes.setdefault(note, []).append(exercise.name)
    return notes


def where(exercise: ExerciseReport) -> str:
    """'exercises/c5_softmax/softmax.py:14', 'softmax.ipynb, cell 3, line 2', or '' when there is no file."""
    if exercise.cell:
        return f"{exercise.file}, {exercise.cell}, line {exercise.line}"
    return f"{exercise.file}:{exercise.line}" if exercise.file else ""


def diagnoses(exercise: ExerciseReport) -> list[str]:
    """What is said of why an answer is wrong, a text each, with the command that says more."""
    more = (f" (More on this: {explain(exercise, one)})" if one.explained else "" for one in exercise.diagnosis)
    return [one.message + end for one, end in zip(exercise.diagnosis, more, strict=True)]


def reason(exercise: ExerciseReport) -> str:
    """One line on what went wrong: the diagnosis, or the first fact; '' where nothing did."""
    if exercise.failure is None:
        return ""
    lines = exercise.failure.message.split("\n")
    first = lines[1] if exercise.failure.case is not None and len(lines) > 1 else lines[0]  # after the case's title
    return exercise.diagnosis[0].message if exercise.diagnosis else first


def family_lines(exercise: ExerciseReport) -> str:
    """'Cases passed: tiny 0 of 3, typical 9 of 17', in the answer key's order."""
    families = (f"{name} {tally.passed} of {tally.total}" for name, tally in exercise.families.items())
    return "Cases passed: " + ", ".join(families)


def chapters(report: Report) -> Iterator[tuple[str, list[ExerciseReport]]]:
    """The exercises by chapter, both in the report's order."""
    for chapter, exercises in groupby(report.exercises, key=lambda exercise: exercise.chapter):
        yield chapter, list(exercises)


def subtotal(exercises: Iterable[ExerciseReport]) -> tuple[Fraction, Fraction]:
    """Score and points of some exercises together."""
    pairs = [(exercise.score, exact(exercise.points)) for exercise in exercises]
    return sum((score for score, _ in pairs), Fraction(0)), sum((points for _, points in pairs), Fraction(0))
