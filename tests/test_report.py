"""The report's arithmetic, its values and its JSON, held to the schema that is shipped with the package."""

import copy
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grader.report
from grader.report import (
    STATUSES,
    Diagnosis,
    Environment,
    ExerciseReport,
    Failure,
    GradedFile,
    Isolation,
    MaxError,
    Report,
    Speed,
    Status,
    SubmissionInfo,
    Tally,
    exact,
    not_an_array,
    number_of,
    score_of,
    shown,
    to_json,
    value_of,
)

SCHEMA = json.loads(Path(grader.report.__file__).with_name("report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

ENVIRONMENT = Environment(
    python="3.11.7",
    numpy="2.4.6",
    numba="0.68.1",
    tensorflow="2.21.0",
    platform="Linux-6.1-x86_64",
    isolation=Isolation("limits", ("rlimits", "clean environment")),
)

ANY_TEXT = st.text(st.characters())  # half surrogates too: what os.fsdecode makes of a name that is not UTF-8


def failure(**changes: Any) -> Failure:
    fields: dict[str, Any] = {
        "case": 0,
        "family": "tiny",
        "kind": "values",
        "message": "The smallest case that fails: logits (1, 2)",
        "inputs": {"logits": value_of(np.array([[1, 2]], np.float32))},
        "expected": value_of(np.array([[0.25, 0.75]], np.float32)),
        "got": value_of(np.array([[0.5, np.nan]], np.float32)),
        "snippet": "print(softmax(logits))",
    }
    return Failure(**fields | changes)


def exercise(status: Status, **changes: Any) -> ExerciseReport:
    passed = {"passed": 20, "failed": 9}.get(status, 0)
    fields: dict[str, Any] = {
        "name": "softmax",
        "chapter": "c5_softmax",
        "status": status,
        "points": 3,
        "cases": Tally(passed, 20),
        "families": {"tiny": Tally(min(passed, 3), 3), "typical": Tally(max(passed - 3, 0), 17)},
        "failure": None if status in ("passed", "not_started") else failure(),
    }
    return ExerciseReport(**fields | changes)


def report(*exercises: ExerciseReport, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "seed": 0,
        "environment": ENVIRONMENT,
        "submission": SubmissionInfo("exercises", (GradedFile("exercises/c5_softmax/softmax.py", "ab" * 32),)),
        "exercises": exercises,
    }
    return Report(**fields | changes)


def parsed(graded: Report) -> Any:
    """The JSON, read back strictly: a bare NaN or Infinity is no JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(to_json(graded), parse_constant=refuse)


# Scores ---------------------------------------------------------------------------------------------------------------


def test_ten_parts_of_a_tenth_make_exactly_one() -> None:
    total = report(*(exercise("passed", points=0.1) for _ in range(10)))
    assert total.score == total.max_score == 1
    assert '"score": 1,\n  "max_score": 1,' in to_json(total)
    assert shown(total.score, total.max_score) == "1"


def test_seven_of_twelve_and_a_half() -> None:
    total = report(*(exercise("passed", points=12.5) for _ in range(7)))
    assert total.score == Fraction("87.5")
    assert parsed(total)["score"] == 87.5
    assert shown(total.score, Fraction(100)) == "87.5"


def test_199_of_200_never_reads_as_full_marks() -> None:
    almost = score_of(100, 199, 200)
    assert almost == Fraction("99.5")
    assert shown(almost, 100) == "99.5"
    assert shown(score_of(1, 199, 200), 1) == "0.9"
    assert shown(score_of(100, 9999, 10000), 100) == "99.9"
    assert float(number_of(score_of(100, 9999, 10000))) < 100


def test_everything_failed_is_zero_and_not_no_score() -> None:
    total = report(exercise("failed", cases=Tally(0, 20)))
    assert total.score == 0
    assert parsed(total)["score"] == 0
    assert parsed(total)["exercises"][0]["score"] == 0
    assert shown(total.score, total.max_score) == "0"


@pytest.mark.parametrize(
    ("score", "most", "text"),
    [
        (Fraction(27, 20), 3, "1.4"),
        (3, 3, "3"),
        (12.5, 12.5, "12.5"),
        (0, 3, "0"),
        (2, 3, "2"),
        (Fraction(1, 40), 3, "0"),
        (Fraction(12249, 1000), 12.25, "12.2"),
        (0.04, 0.05, "0"),
    ],
)
def test_shown(score: float | Fraction, most: float | Fraction, text: str) -> None:
    assert shown(score, most) == text


@given(st.integers(1, 100), st.integers(1, 10000), st.data())
def test_shown_is_near_the_score_and_full_only_when_it_is(points: int, total: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, total))
    score = score_of(points, passed, total)
    text = shown(score, points)
    assert (Fraction(text) == points) == (passed == total)
    assert abs(Fraction(text) - score) <= Fraction(1, 10)
    assert len(text.partition(".")[2]) <= 1


@pytest.mark.parametrize(("passed", "total"), [(21, 20), (-1, 20), (1, 0)])
def test_an_impossible_number_of_cases_is_refused(passed: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot have passed"):
        score_of(3, passed, total)


def test_no_cases_are_no_points() -> None:
    assert score_of(3, 0, 0) == 0


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_score_is_finite(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(number)


@pytest.mark.parametrize(
    "contradiction",
    [
        lambda: exercise("passed", cases=Tally(19, 20)),
        lambda: exercise("passed", cases=Tally(0, 0)),
        lambda: exercise("failed", cases=Tally(20, 20)),
        lambda: exercise("failed", failure=None),
        lambda: exercise("passed", failure=failure()),
        lambda: exercise("not_started", failure=failure()),
        lambda: exercise("PASSED"),  # type: ignore[arg-type]
    ],
)
def test_a_result_that_contradicts_itself_cannot_be_made(contradiction: Callable[[], ExerciseReport]) -> None:
    with pytest.raises(ValueError, match="softmax"):
        contradiction()


# Values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, 3),
        (0.1, 0.1),
        ("same", "same"),
        (True, True),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
        (None, {"type": "NoneType"}),
        ({1: 2}, {"type": "dict"}),
        (np.float32(0.1), {"dtype": "float32", "shape": [], "values": 0.1}),
        (np.array([[1, 2]], np.int32), {"dtype": "int32", "shape": [1, 2], "values": [[1, 2]]}),
        (np.array([True]), {"dtype": "bool", "shape": [1], "values": [True]}),
        (np.array([1j]), {"dtype": "complex128", "shape": [1], "values": ["1j"]}),
        (np.array([np.nan, -np.inf], "f4"), {"dtype": "float32", "shape": [2], "values": ["NaN", "-Infinity"]}),
        (np.zeros((2, 0, 3)), {"dtype": "float64", "shape": [2, 0, 3], "values": [[], []]}),
        (np.zeros((0, 3)), {"dtype": "float64", "shape": [0, 3], "values": []}),
        (np.arange(6).reshape(2, 3).T, {"dtype": "int64", "shape": [3, 2], "values": [[0, 3], [1, 4], [2, 5]]}),
        ([np.zeros(1, "f4"), 2], [{"dtype": "float32", "shape": [1], "values": [0.0]}, 2]),
    ],
)
def test_value_of(value: object, written: object) -> None:
    assert value_of(value) == written
    json.dumps(value_of(value), allow_nan=False)


def test_an_array_above_1000_elements_keeps_its_shape_only() -> None:
    assert value_of(np.zeros(1000))["values"] == [0.0] * 1000  # type: ignore[index, call-overload]
    assert value_of(np.zeros(1001)) == {"dtype": "float64", "shape": [1001], "values": None}
    assert value_of(np.zeros((10**9, 0))) == {"dtype": "float64", "shape": [10**9, 0], "values": None}


@given(st.lists(st.floats(width=32), max_size=20))
def test_a_float32_reads_back_as_the_same_float32(numbers: list[float]) -> None:
    array = np.array(numbers, np.float32)
    values = value_of(array)["values"]  # type: ignore[index, call-overload]
    np.testing.assert_array_equal(np.array(values, np.float32), array)


# JSON -----------------------------------------------------------------------------------------------------------------


def full() -> Report:
    """A report with every optional part filled in."""
    return report(
        exercise(
            "failed",
            max_error=MaxError(0.24, math.inf),
            diagnosis=(Diagnosis("over_the_batch", "Your columns sum to 1; the rows should."),),
            notes=("Your answer is float64.",),
            speed=Speed(student_ms=3.5, reference_ms=1, tensorflow_ms=2.5, ratio=3.5, low=3.1, high=3.9),
        )
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("status", STATUSES)
def test_every_outcome_has_every_field_and_meets_the_schema(status: Status) -> None:
    document = parsed(report(exercise(status)))
    VALIDATOR.validate(document)
    assert list(document) == ["version", "seed", "score", "max_score", "environment", "submission", "exercises"]
    assert list(document["exercises"][0]) == [
        "name", "chapter", "status", "points", "score", "cases", "families", "max_error", "failure", "diagnosis",
        "notes", "speed",
    ]  # fmt: skip


def test_without_tensorflow_and_numba_and_cases() -> None:
    bare = Environment(
        python="3.11.7",
        numpy="2.4.6",
        numba=None,
        tensorflow=None,
        platform="Linux",
        isolation=Isolation("none"),
        tensorflow_reason="it is not installed",
    )
    missing = failure(case=None, family=None, inputs={}, expected=None, got=None, snippet="")
    document = parsed(report(exercise("missing", cases=Tally(0, 0), families={}, failure=missing), environment=bare))
    VALIDATOR.validate(document)
    assert document["environment"]["tensorflow"] is None
    VALIDATOR.validate(parsed(report(submission=SubmissionInfo(""))))


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all objects in a JSON document, those whose keys are free (families, inputs) apart."""
    if isinstance(document, dict):
        if path[-1:] not in (("families",), ("inputs",)):
            yield path
        for key, value in document.items():
            yield from places(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from places(value, (*path, index))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def test_the_schema_is_strict_everywhere() -> None:
    document = parsed(full())
    VALIDATOR.validate(document)
    checked = 0
    for path in places(document):
        more = copy.deepcopy(document)
        at(more, path)["surprise"] = 1
        assert not VALIDATOR.is_valid(more), path
        for key in at(document, path):
            less = copy.deepcopy(document)
            del at(less, path)[key]
            assert not VALIDATOR.is_valid(less), (*path, key)
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("score",), "1"),
        (("seed",), -1),
        (("environment", "isolation", "level"), "safe"),
        (("submission", "files", 0, "sha256"), "ab"),
        (("exercises", 0, "status"), "ok"),
        (("exercises", 0, "status"), "passed"),
        (("exercises", 0, "failure"), None),
        (("exercises", 0, "cases", "passed"), 1.5),
        (("exercises", 0, "failure", "got"), {"type": 3}),
        (("exercises", 0, "max_error", "reference"), "Large"),
    ],
)
def test_the_schema_refuses(path: tuple[Any, ...], value: object) -> None:
    document = parsed(full())
    at(document, path[:-1])[path[-1]] = value
    assert not VALIDATOR.is_valid(document)


def test_json_is_indented_and_keeps_every_language() -> None:
    text = to_json(report(exercise("passed", notes=("소프트맥스",)), submission=SubmissionInfo("과제")))
    assert text.startswith('{\n  "version": 1,\n')
    assert text.endswith("}\n")
    assert "소프트맥스" in text
    assert "과제" in text


def test_json_has_no_character_that_acts_on_a_terminal() -> None:
    acts = "\x1b[31m\x7f\x9b2J\u202e\u2066\u2028\udcff\r\n"
    text = to_json(report(exercise("passed", notes=(acts,))))
    assert "\\u001b[31m\\u007f\\u009b2J\\u202e\\u2066\\u2028\\udcff\\r\\n" in text
    assert parsed(report(exercise("passed", notes=(acts,))))["exercises"][0]["notes"] == [acts]


def test_a_bare_nan_is_refused_and_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(report(exercise("failed", failure=failure(got=math.nan))))


@given(ANY_TEXT)
def test_any_text_makes_json_that_reads_back_as_it_was(text: str) -> None:
    name = text or "x"
    document = report(
        exercise(
            "failed",
            failure=failure(message=name, snippet=text, inputs={text: text}, got=not_an_array(name)),
            notes=(name,),
            diagnosis=(Diagnosis("scaled", name),),
        ),
        submission=SubmissionInfo(text, (GradedFile(name, "0" * 64),)),
    )
    to_json(document).encode("utf-8")
    back = parsed(document)
    VALIDATOR.validate(back)
    # Two halves of one letter that come to stand together are that letter, in JSON as in UTF-16.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert back["exercises"][0]["failure"]["inputs"] == {text: text}
    assert back["exercises"][0]["notes"] == [text or "x"]


def test_reports_need_neither_numpy_nor_rich_to_be_imported() -> None:
    code = (
        "import sys, grader.report, grader.render.terminal, grader.render.markdown, grader.render.junit\n"
        "import grader.render.github\n"
        "print([name for name in ('numpy', 'rich', 'numba', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == "[]\n"
