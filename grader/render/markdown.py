"""The report as GitHub's Markdown, for the step summary of a workflow and for a comment on a pull request.

Strings that a learner can have had a hand in stand in code, where GitHub links and mentions nothing, or are escaped.
"""

import re
from html import escape as html
from typing import Final

from grader import words
from grader.render import (
    OUTCOMES,
    PRINTED,
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
    isolation_text,
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
from grader.report import ExerciseReport, Report, exact

LONG: Final = 12
"""With more exercises than this, each chapter's table is folded away under a line."""

_PUNCTUATION: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$^=:])")
# GitHub looks for these in the finished text, so no escape helps: an invisible space keeps their halves apart.
_LINKED: Final = re.compile(r"(@|#|(?i:GH-|www)|://?)(?=\S)")
_APART: Final = "\u200b"


def escape(text: str) -> str:
    """The text as Markdown that shows it, on one line: no link, image, heading, mention, reference or HTML of it."""
    # split() alternates what stands between the beginnings of links and those beginnings.
    pieces = _LINKED.split(" ".join(safe_text(text).split()))
    return "".join(_escaped(piece) + (_APART if index % 2 else "") for index, piece in enumerate(pieces))


def code(text: str) -> str:
    """The text as code that it cannot end; also inside a table."""
    text = one_line(text)
    if "|" in text:
        # A table's cells are cut at "|" before code is looked for, and a backslash before it may itself be escaped.
        return f"<code>{re.sub(r'[!-/:-@[-`{-~]', lambda match: f'&#{ord(match[0])};', text)}</code>"
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) or not text else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def fenced(text: str, language: str) -> str:
    """The text as a block of code that it cannot end."""
    fence = "`" * max(_longest_run(text) + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def render(report: Report) -> str:
    """The Markdown, ended by a new line."""
    blocks = [f"# Grade: {total_text(report)}", f"{counts_text(report)}."]
    blocks += [f"**{escape(text)}**" for text in (fault_text(report),) if text]
    blocks += _tables(report)
    blocks += _speeds(report)
    blocks += [_block(report, exercise) for exercise in explained(report)]
    blocks += [escape(absent_text(names, reason)) for names, reason in absent(report)]
    blocks += [f"{', '.join(map(code, names))}: {escape(note)}" for note, names in grouped_notes(report).items()]
    blocks += [escape(text) for text in (next_step(report),) if text]
    return "\n\n".join([*blocks, _foot(report)]) + "\n"


def _tables(report: Report) -> list[str]:
    if len(report.exercises) <= LONG:
        return [_table(report, list(report.exercises))] if report.exercises else []
    folded = []
    for chapter, exercises in chapters(report):
        passed = sum(exercise.status == "passed" for exercise in exercises)
        line = f"{passed} of {len(exercises)} passed, {points_text(*subtotal(exercises))}"
        folded.append(_details(f"<code>{html(one_line(chapter))}</code>: {line}", _table(report, exercises)))
    return folded


def _table(report: Report, exercises: list[ExerciseReport]) -> str:
    both = " / TensorFlow" if report.environment.tensorflow else ""
    rows = [
        f"| exercise | outcome | cases | points | largest error against reference{both} |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for exercise in exercises:
        cells = [
            code(exercise.name),
            OUTCOMES[exercise.status],
            cases_text(exercise).partition(" case")[0],
            points_text(exercise.score, exact(exercise.points)).partition(" point")[0],
            errors_text(report, exercise),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _speeds(report: Report) -> list[str]:
    """A table of what was timed; below it, folded away, how."""
    timed = chart.timed(report)
    rows = [
        "| exercise | yours, ms | reference, ms | TensorFlow, ms | yours / reference |",
        "| --- | ---: | ---: | ---: | :--- |",
    ]
    for exercise in timed:
        speed = exercise.speed
        if speed is None:
            cells = ["-", "-", "-", "not timed"]
        else:
            found = dict(chart.bars(speed))
            shown = [
                words.milliseconds(found[name]).removesuffix(" ms") if name in found else "-" for name in chart.STYLES
            ]
            cells = [*shown, escape(chart.verdict(speed))]
        rows.append(f"| {' | '.join([code(exercise.name), *cells])} |")
    notes = [f"- {code(exercise.name)}: {escape(note)}" for exercise in timed for note in exercise.timing]
    return ["\n".join(rows), _details("How these times were measured", "\n".join(notes))] if timed else []


def _block(report: Report, exercise: ExerciseReport) -> str:
    points = points_text(exercise.score, exact(exercise.points))
    outcome = f"{OUTCOMES[exercise.status]}, {cases_text(exercise)}, {points}"
    parts = [code(where(exercise))] if exercise.file else []
    if exercise.failure:
        parts.append(fenced(safe_text(exercise.failure.message), "text"))
    for diagnosis in exercise.diagnosis:
        more = f" More on this: {code(explain(exercise, diagnosis))}" if diagnosis.explained else ""
        # Four stars with nothing between them would be a rule across the page.
        parts.append(f"**{escape(diagnosis.message).strip() or escape(diagnosis.mistake)}**{more}")
    if exercise.cases.passed:
        parts.append(escape(family_lines(exercise)))
    if notes := notes_of(report, exercise):
        parts.append("\n".join(f"- Note: {escape(note)}" for note in notes))
    if exercise.printed:
        parts += ["Your code printed:", fenced(safe_text(exercise.printed, limit=PRINTED).rstrip("\n"), "text")]
    if exercise.failure and exercise.failure.snippet:
        snippet = exercise.failure.snippet
        parts += ["Try it:", fenced(safe_text(snippet, limit=len(snippet)), "python")]
    hint = "" if exercise.status == "grader_error" else f", a hint: {code(f'grade hint {exercise.name}')}"
    parts.append(f"Run it again: {code(again(report, exercise))}{hint}")
    return _details(f"<code>{html(one_line(exercise.name))}</code>: {outcome}", "\n\n".join(parts))


def _details(summary: str, body: str) -> str:
    # The empty lines are what makes GitHub read the body as Markdown again.
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _foot(report: Report) -> str:
    files = report.submission.files
    number = f"{len(files)} file{'s' if len(files) != 1 else ''}"
    graded = f"Graded: {code(report.submission.path)}, {number}, seed {report.seed}."
    facts = f"Isolation: {escape(isolation_text(report))}. TensorFlow: {escape(tensorflow_text(report))}."
    sums = [f"| {code(file.path)} | {code(file.sha256)} |" for file in files]
    if not sums:
        return f"{graded} {facts}"
    table = "\n".join(["| file | sha256 |", "| --- | --- |", *sums])
    return f"{graded} {facts}\n\n" + _details("The files that were graded", table)


def _escaped(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", html(text, quote=False))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
