"""The report: what was graded, with what result, as frozen types and as JSON (version 1, see `report.schema.json`).

Scores are exact fractions until the moment they are written down, so that ten parts of 0.1 make 1 and 199 of 200 cases
never read as full marks. Values (arrays, numbers, lists) are kept in the form that JSON has for them, see `value_of`.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

VERSION: Final = 1

Status: TypeAlias = Literal[
    "passed", "failed", "not_started", "missing", "error", "timeout", "crashed", "rule_broken", "grader_error"
]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
Level: TypeAlias = Literal["none", "limits", "confined", "sealed", "isolated"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

Number: TypeAlias = int | float | Fraction
JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

ARRAY_VALUES: Final = 1000
"""An array with more elements than this is written down without its values: the shape and the dtype only."""


# Scores ---------------------------------------------------------------------------------------------------------------


def exact(number: Number) -> Fraction:
    """The number as it was written: 0.1 is one tenth, not the nearest binary fraction. ValueError unless finite."""
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"a score is a finite number, not {number}")
    return Fraction(str(number)) if isinstance(number, float) else Fraction(number)


def score_of(points: Number, passed: int, total: int) -> Fraction:
    """Points times the share of cases passed; 0 when there are no cases. ValueError unless 0 <= passed <= total."""
    if not 0 <= passed <= total:
        raise ValueError(f"{passed} of {total} cases cannot have passed")
    return exact(points) * Fraction(passed, total) if total else Fraction(0)


def shown(score: Number, most: Number) -> str:
    """A score out of `most` as people read it: one decimal at most, and the full mark only for the full mark."""
    score, most = exact(score), exact(most)
    if score == most:
        return f"{float(most):.10g}"
    tenths = math.floor(score * 10 + Fraction(1, 2))
    if tenths >= most * 10:
        tenths = math.ceil(most * 10) - 1
    return f"{tenths / 10:.10g}"


# Values ---------------------------------------------------------------------------------------------------------------


def value_of(value: object) -> JSON:
    """What the JSON report writes for an input or an answer.

    An array (anything with `dtype`, `shape` and `flat`) becomes {"dtype", "shape", "values"}, where values are
    nested lists, or null above `ARRAY_VALUES` elements. Lists and tuples become lists of such values; bool, int, float
    and str stay themselves, with "NaN", "Infinity" and "-Infinity" for the floats that JSON lacks. Whatever else it is,
    {"type": its type's name}. Only ever called on arrays that the grader has made or has rebuilt from bytes.
    """
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return number_of(value)
    if isinstance(value, (list, tuple)):
        return [value_of(item) for item in value]
    if all(hasattr(value, name) for name in ("dtype", "shape", "flat")):
        return _array(value)
    return not_an_array(type(value).__name__)


def not_an_array(type_name: str) -> JSON:
    """What the JSON report writes for an answer that is neither array, number nor list, such as None."""
    return {"type": type_name}


def number_of(number: Number) -> int | float | str:
    """The number for JSON: whole ones without a point, and words for the three that JSON has no number for."""
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else float(number)
    if isinstance(number, float) and not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    return number


def _array(array: Any) -> JSON:
    # Typed by hand and not as numpy.ndarray: the report is read and written where NumPy need not be imported.
    shape = [int(side) for side in array.shape]
    values: JSON = None
    # An array of shape (1000000000, 0) has no element, and a billion empty rows.
    if math.prod(max(side, 1) for side in shape) <= ARRAY_VALUES:
        values = _nested([_element(item) for item in array.flat], shape)
    return {"dtype": str(array.dtype), "shape": list(shape), "values": values}


def _element(scalar: Any) -> JSON:
    item = scalar.item()
    if isinstance(item, float):
        # The text of a float32 is the shortest that reads back as it: 0.1, where .item() is 0.10000000149011612.
        return number_of(float(str(scalar)))
    return item if isinstance(item, (bool, int)) else str(item)


def _nested(flat: Sequence[JSON], shape: Sequence[int]) -> JSON:
    if not shape:
        return flat[0]
    size = math.prod(shape[1:])
    return [_nested(flat[row * size : (row + 1) * size], shape[1:]) for row in range(shape[0])]


# The report's types ---------------------------------------------------------------------------------------------------


class Tally(NamedTuple):
    """How many cases passed, of how many that the answer key has."""

    passed: int
    total: int


class MaxError(NamedTuple):
    """The largest absolute difference of an exercise's answers from the reference's and from TensorFlow's.

    None where nothing could be compared: no answer of the right shape, or no TensorFlow.
    """

    reference: float | None = None
    tensorflow: float | None = None


NOT_COMPARED: Final = MaxError()


class Failure(NamedTuple):
    """The smallest case that fails. What stopped the grading before any case has no case and no family.

    `message` has the facts, a line each; `inputs`, `expected` and `got` are made by `value_of`; `snippet` is Python.
    """

    case: int | None
    family: str | None
    kind: str
    message: str
    inputs: Mapping[str, JSON]
    expected: JSON
    got: JSON
    snippet: str


class Diagnosis(NamedTuple):
    """A known mistake or a relation that accounts for the answers: its name, and what the learner reads.

    `explained` says whether `grade explain` has a page on it; it is not in the JSON.
    """

    mistake: str
    message: str
    explained: bool = False


class Scaling(NamedTuple):
    """How times grow, measured on a few sizes.

    `grow` names the dims that were made smaller together, `sizes` is their product at each, as a share of the declared
    one. `times` has milliseconds a call at each size, `exponents` the p of time ~ size**p, by "you", "reference" and
    "tensorflow".
    """

    grow: tuple[str, ...]
    sizes: tuple[float, ...]
    times: Mapping[str, tuple[float, ...]]
    exponents: Mapping[str, float]


class Speed(NamedTuple):
    """Milliseconds a call, and the ratio student / reference with the interval that it lies in.

    `sizes` says on which dims it was measured, `tensorflow_ratio` how many times longer than the reference TensorFlow
    took, with its interval (ratio, low, high). These two and `scaling` are for the eyes and not in the JSON.
    """

    student_ms: float
    reference_ms: float
    tensorflow_ms: float | None
    ratio: float
    low: float
    high: float
    sizes: str = ""
    tensorflow_ratio: tuple[float, float, float] | None = None
    scaling: Scaling | None = None

    @property
    def noisy(self) -> bool:
        """Whether the interval is so wide, over 15 % to a side, that the ratio ranks nobody."""
        return self.high > self.low * 1.15**2


@dataclass(frozen=True, kw_only=True)
class ExerciseReport:
    """One exercise's result. The last seven fields are for the eyes and are not in the JSON.

    `file` is the path shown to people ("" when there is none), `cell` which cell of a notebook ("cell 3", else ""),
    `annotation_path` the same file's path from the repository's root (None outside it), `line` where the function
    starts, `printed` what the learner's code printed.
    `timing` repeats those of the notes that are on speed; `earned` is the part of the points that speed leaves, all of
    them unless the course gives points for it.
    ValueError when status, cases and failure contradict each other: a missing result must never read as a pass.
    """

    name: str
    chapter: str
    status: Status
    points: Number
    cases: Tally
    families: Mapping[str, Tally]
    max_error: MaxError = NOT_COMPARED
    failure: Failure | None = None
    diagnosis: tuple[Diagnosis, ...] = ()
    notes: tuple[str, ...] = ()
    speed: Speed | None = None
    file: str = ""
    cell: str = ""
    line: int = 1
    annotation_path: str | None = None
    printed: str = ""
    timing: tuple[str, ...] = ()
    earned: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"{self.name}: no such status as {self.status!r}")
        if (self.status == "passed") != (0 < self.cases.passed == self.cases.total):
            raise ValueError(f"{self.name}: {self.status} with {self.cases.passed} of {self.cases.total} cases passed")
        if (self.failure is None) != (self.status in ("passed", "not_started")):
            raise ValueError(f"{self.name}: {self.status} {'without' if self.failure is None else 'with'} a failure")

    @property
    def score(self) -> Fraction:
        """Points times the share of cases passed, and of what speed leaves of them."""
        return score_of(self.points, self.cases.passed, self.cases.total) * self.earned


class Isolation(NamedTuple):
    """How far the learner's code was held back: the level, and the layers that made it."""

    level: Level
    layers: tuple[str, ...] = ()


class Environment(NamedTuple):
    """The versions that graded. `tensorflow` is None when it was not compared with; `tensorflow_reason` says why."""

    python: str
    numpy: str
    numba: str | None
    tensorflow: str | None
    platform: str
    isolation: Isolation
    tensorflow_reason: str = ""


class GradedFile(NamedTuple):
    """A file of the submission: its path as shown, and the SHA-256 of its bytes, 64 hexadecimal digits."""

    path: str
    sha256: str


class SubmissionInfo(NamedTuple):
    """What the learner handed in.

    `notes` say what was passed over in it. In the JSON they stand among the notes of the exercises concerned.
    """

    path: str
    files: tuple[GradedFile, ...] = ()
    notes: tuple[str, ...] = ()


class Report(NamedTuple):
    """A run of the grader. `again` holds the options, besides the seed, that a run needs to be the same one again."""

    seed: int
    environment: Environment
    submission: SubmissionInfo
    exercises: tuple[ExerciseReport, ...]
    again: tuple[str, ...] = ()

    @property
    def score(self) -> Fraction:
        """The sum of the exercises' scores."""
        return sum((exercise.score for exercise in self.exercises), Fraction(0))

    @property
    def max_score(self) -> Fraction:
        """The sum of the exercises' points."""
        return sum((exact(exercise.points) for exercise in self.exercises), Fraction(0))

    @property
    def counts(self) -> Counter[Status]:
        """How many exercises have each status."""
        return Counter(exercise.status for exercise in self.exercises)


# JSON -----------------------------------------------------------------------------------------------------------------


def as_dict(report: Report) -> dict[str, JSON]:
    """The report as JSON's own types, every field in every outcome."""
    environment, isolation = report.environment, report.environment.isolation
    return {
        "version": VERSION,
        "seed": report.seed,
        "score": number_of(report.score),
        "max_score": number_of(report.max_score),
        "environment": {
            "python": environment.python,
            "numpy": environment.numpy,
            "numba": environment.numba,
            "tensorflow": environment.tensorflow,
            "platform": environment.platform,
            "isolation": {"level": isolation.level, "layers": list(isolation.layers)},
        },
        "submission": {
            "path": report.submission.path,
            "files": [{"path": file.path, "sha256": file.sha256} for file in report.submission.files],
        },
        "exercises": [_exercise(exercise) for exercise in report.exercises],
    }


def to_json(report: Report) -> str:
    """The report as JSON text, indented by 2 and ended by a new line.

    Letters of every language stand as they are; control characters, direction overrides and half surrogates are
    escaped, so that the text can be shown on a terminal and always be encoded.
    """
    text = json.dumps(as_dict(report), indent=2, ensure_ascii=False, allow_nan=False)
    return _UNSHOWABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


# What json.dumps leaves as it is although it is no letter: DEL, C1, direction marks, line separators, surrogates.
_UNSHOWABLE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def _exercise(exercise: ExerciseReport) -> dict[str, JSON]:
    failure, speed = exercise.failure, exercise.speed
    return {
        "name": exercise.name,
        "chapter": exercise.chapter,
        "status": exercise.status,
        "points": number_of(exact(exercise.points)),
        "score": number_of(exercise.score),
        "cases": _tally(exercise.cases),
        "families": {name: _tally(tally) for name, tally in exercise.families.items()},
        "max_error": {
            "reference": _optional(exercise.max_error.reference),
            "tensorflow": _optional(exercise.max_error.tensorflow),
        },
        "failure": None if failure is None else _failure(failure),
        "diagnosis": [{"mistake": found.mistake, "message": found.message} for found in exercise.diagnosis],
        "notes": list(exercise.notes),
        "speed": None if speed is None else _speed(speed),
    }


def _failure(failure: Failure) -> JSON:
    return {
        "case": failure.case,
        "family": failure.family,
        "kind": failure.kind,
        "message": failure.message,
        "inputs": dict(failure.inputs),
        "expected": failure.expected,
        "got": failure.got,
        "snippet": failure.snippet,
    }


def _speed(speed: Speed) -> JSON:
    return {
        "student_ms": number_of(speed.student_ms),
        "reference_ms": number_of(speed.reference_ms),
        "tensorflow_ms": _optional(speed.tensorflow_ms),
        "ratio": number_of(speed.ratio),
        "low": number_of(speed.low),
        "high": number_of(speed.high),
    }


def _tally(tally: Tally) -> JSON:
    return {"passed": tally.passed, "total": tally.total}


def _optional(number: float | None) -> JSON:
    return None if number is None else number_of(number)
