"""The report as JUnit XML, which continuous integration services, editors and learning platforms read.

A test suite is a chapter, a test case an exercise. A wrong answer is a failure; what could not run is an error; what
is not started is skipped. JUnit has no partial credit: cases, points and errors stand in the test case's output.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Final

from grader import words
from grader.render import (
    LONGEST,
    OUTCOMES,
    PRINTED,
    again,
    cases_text,
    chapters,
    diagnoses,
    errors_text,
    family_lines,
    isolation_text,
    one_line,
    points_text,
    reason,
    safe_text,
    subtotal,
    tensorflow_text,
    total_text,
    where,
)
from grader.render.chart import bars, verdict
from grader.report import ExerciseReport, Report, Speed, Status, exact, shown

ELEMENTS: Final[dict[Status, str | None]] = {
    "passed": None,
    "failed": "failure",
    "rule_broken": "failure",
    "missing": "error",
    "error": "error",
    "timeout": "error",
    "crashed": "error",
    "grader_error": "error",
    "not_started": "skipped",
}


def render(report: Report) -> str:
    """The XML, with its declaration, ended by a new line. Well-formed whatever the learner's strings hold."""
    root = ET.Element("testsuites", {"name": "grade", **_counts(report.exercises)})
    for chapter, exercises in chapters(report):
        suite = ET.SubElement(root, "testsuite", {"name": one_line(chapter), **_counts(exercises)})
        score, points = subtotal(exercises)
        properties = {
            "seed": str(report.seed),
            "isolation": isolation_text(report),
            "tensorflow": tensorflow_text(report),
            "score": f"{shown(score, points)} of {shown(points, points)} points",
            "total": total_text(report),
        }
        for exercise in exercises:
            if exercise.speed is not None:
                properties[f"speed of {exercise.name}"] = f"{_milliseconds(exercise.speed)}; {verdict(exercise.speed)}"
        parent = ET.SubElement(suite, "properties")
        for name, value in properties.items():
            ET.SubElement(parent, "property", name=one_line(name), value=one_line(value))
        for exercise in exercises:
            _case(report, exercise, suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _milliseconds(speed: Speed) -> str:
    return ", ".join(f"{name} {words.milliseconds(ms)}" for name, ms in bars(speed))


def _counts(exercises: Sequence[ExerciseReport]) -> dict[str, str]:
    kinds = [ELEMENTS[exercise.status] for exercise in exercises]
    counts = {"failures": kinds.count("failure"), "errors": kinds.count("error"), "skipped": kinds.count("skipped")}
    return {"tests": str(len(kinds)), **{name: str(count) for name, count in counts.items()}}


def _case(report: Report, exercise: ExerciseReport, suite: ET.Element) -> None:
    case = ET.SubElement(suite, "testcase", name=one_line(exercise.name), classname=one_line(exercise.chapter))
    if (tag := ELEMENTS[exercise.status]) == "skipped":
        ET.SubElement(case, tag, message=OUTCOMES[exercise.status])
    elif tag and exercise.failure:
        place = [where(exercise)] if exercise.file else []
        code = exercise.failure.snippet
        element = ET.SubElement(case, tag, message=one_line(reason(exercise)), type=exercise.status)
        element.text = "\n".join(
            safe_text(text, limit=max(len(code), LONGEST))
            for text in [
                *place,
                exercise.failure.message,
                *diagnoses(exercise),
                *(["Try it:", code] if code else []),
                f"Run it again: {again(report, exercise)}",
            ]
        )
    ET.SubElement(case, "system-out").text = "\n".join(_facts(report, exercise))


def _facts(report: Report, exercise: ExerciseReport) -> list[str]:
    lines = [f"{cases_text(exercise)}, {points_text(exercise.score, exact(exercise.points))}"]
    if exercise.cases.passed:
        lines.append(one_line(family_lines(exercise)))
    if error := errors_text(report, exercise):
        both = " / TensorFlow" if report.environment.tensorflow else ""
        lines.append(f"Largest error against the reference{both}: {error}")
    lines += [f"Note: {safe_text(note)}" for note in exercise.notes]
    return [*lines, "Your code printed:", safe_text(exercise.printed, limit=PRINTED)] if exercise.printed else lines
