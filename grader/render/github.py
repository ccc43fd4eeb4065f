"""What GitHub Actions reads: annotations at the learners' lines, the step summary, and output that commands nothing.

The runner takes a line that begins with "::" (after spaces) or has "##[" anywhere in it for a command. So every string
of a learner's is escaped inside an annotation, and what their code printed is only shown between stop-commands.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from grader.render import (
    OUTCOMES,
    STARTED,
    cases_text,
    diagnoses,
    one_line,
    points_text,
    safe_text,
    tensorflow_text,
)
from grader.report import ExerciseReport, Report, exact

MOST: Final = 50
"""Annotations that a job may have."""

MOST_OF_A_KIND: Final = 10
"""Errors, and again warnings, that GitHub shows of one step; further ones stand in the log alone."""

SUMMARY_BYTES: Final = 1024 * 1024
"""What one step may write into its summary."""

_CUT: Final = "\n\nThe summary was cut here: GitHub takes 1 MiB for a step. The JSON report has everything.\n"


def annotations(report: Report) -> str:
    """Workflow commands, a line each: an annotation for every exercise that was started and does not pass.

    Wrong answers are warnings, what could not run is an error. "" when there is nothing to say.
    """
    lines = [_annotation(exercise) for exercise in report.exercises if exercise.status in STARTED]
    notices = []
    if report.environment.tensorflow is None:
        notices.append(_command("notice", {"title": "TensorFlow"}, tensorflow_text(report)))
    kinds = [line.split(" ")[0] for line in lines]
    if max((kinds.count(kind) for kind in kinds), default=0) > MOST_OF_A_KIND or len(lines) > MOST - 2:
        shown = lines[: MOST - 2]
        rest = f"{len(lines)} exercises were started and do not pass yet. "
        if len(shown) < len(lines):
            rest += f"{len(lines) - len(shown)} of them have no annotation. "
        rest += f"GitHub shows {MOST_OF_A_KIND} errors and {MOST_OF_A_KIND} warnings of a step; the summary has all."
        notices.append(_command("notice", {"title": "More in the summary"}, rest))
        lines = shown
    return "".join(f"{line}\n" for line in [*notices, *lines])


def guard(text: str, token: str) -> str:
    """The text for a log, with the runner told to take no command from it. A line of it is a line that begins "| ".

    token: random letters and digits, chosen after the text was made; ValueError if it could be guessed from the text.
    """
    if not re.fullmatch("[0-9A-Za-z]{16,}", token) or token.lower() in text.lower():
        raise ValueError("the token must be 16 or more letters and digits that are not in the text")
    lines = safe_text(text, limit=len(text)).replace("##[", "## [").split("\n")
    return "".join([f"::stop-commands::{token}\n", *(f"| {line}\n" for line in lines), f"::{token}::\n"])


def write_summary(markdown: str, environ: Mapping[str, str]) -> bool:
    """Append to the file that GITHUB_STEP_SUMMARY names, if it does, and say whether.

    GitHub refuses a summary above 1 MiB as a whole, so what does not fit any more is left out, with a sentence. OSError
    if the file cannot be written.
    """
    name = environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return False
    path = Path(name)
    room = SUMMARY_BYTES - (path.stat().st_size if path.exists() else 0)
    data = markdown.encode("utf-8", "backslashreplace")
    if len(data) > room:
        data = _whole_blocks(data[: max(room - len(_CUT), 0)]) + _CUT.encode()
        data = data if len(data) <= room else b""
    with path.open("ab") as file:
        file.write(data)
    return True


def _whole_blocks(data: bytes) -> bytes:
    """The beginning that ends with a whole <details> block, or else with a whole line."""
    for end in (b"\n</details>\n", b"\n"):
        if (at := data.rfind(end)) >= 0:
            return data[: at + len(end)]
    return b""


def _annotation(exercise: ExerciseReport) -> str:
    properties = {}
    if exercise.annotation_path:
        properties = {"file": exercise.annotation_path}
        if not exercise.cell:  # of a notebook GitHub shows the JSON
            properties["line"] = str(exercise.line)
    points = points_text(exercise.score, exact(exercise.points))
    properties["title"] = f"{exercise.name}: {OUTCOMES[exercise.status]}, {cases_text(exercise)}, {points}"
    facts = [exercise.failure.message] if exercise.failure else []
    message = "\n".join(safe_text(text, limit=1000) for text in [*diagnoses(exercise), *facts])
    return _command("warning" if exercise.status in ("failed", "rule_broken") else "error", properties, message)


def _command(name: str, properties: Mapping[str, str], message: str) -> str:
    escaped = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {escaped}::{_data(message)}"


def _data(text: str) -> str:
    return safe_text(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
