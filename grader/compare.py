"""Right or wrong: an answer against the truth, and how far an honest one may lie from it.

Only arrays that were rebuilt from bytes come here; no object that a learner made is ever compared.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np

EPSILON = float(np.finfo(np.float32).eps)
ROUNDINGS = 32
"""How many roundings of the scale, for a sum of one term, an answer may be off. The margins are measured by
`python -m tests.margins`: honest answers stay at least 10 times inside, mistakes fall at least 10 times outside."""

Kind = Literal["right", "rank", "shape", "dtype", "not_finite", "values"]


class Tolerance(NamedTuple):
    """An element may differ from the truth by `absolute + relative * |truth|`."""

    relative: float
    absolute: float

    def allowed(self, truth: np.ndarray) -> np.ndarray:
        """What each element of `truth` may be off, in float64."""
        if not self.relative:
            return np.full(truth.shape, self.absolute)
        finite = np.where(np.isfinite(truth), np.abs(truth), 0.0)
        with np.errstate(over="ignore"):
            return np.asarray(self.absolute + self.relative * finite)


def tolerance(truth: np.ndarray, scale: float, terms: int) -> Tolerance:
    """The tolerance for float32 arithmetic.

    truth: the result in float64; integers must be met exactly.
    scale: how large a sum of so many terms of random sign comes out (see `grader.build`): where terms cancel, the
        result is smaller than its rounding errors' measure.
    terms: the length of the longest sum. Rounding errors of random sign add up like its square root (Higham, Accuracy
        and Stability of Numerical Algorithms, 2nd edition, section 2.8).
    """
    if truth.dtype.kind != "f":
        return Tolerance(0.0, 0.0)
    finite = np.abs(truth[np.isfinite(truth)])
    largest = float(finite.max()) if finite.size else 0.0
    if math.isfinite(scale):
        largest = max(largest, scale)
    return Tolerance(0.0, ROUNDINGS * EPSILON * math.sqrt(max(terms, 1)) * largest)


class Comparison(NamedTuple):
    """What comparing an answer with the truth found.

    kind: "right", or the first check that failed.
    wrong: bool array of the truth's shape, True where a value is off; None where the shapes differ.
    """

    kind: Kind
    wrong: np.ndarray | None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == "right"


def largest_difference(answer: np.ndarray, other: np.ndarray) -> float | None:
    """The largest absolute difference where both are finite; None where the shapes differ or nothing is finite."""
    if answer.shape != other.shape:
        return None
    a, b = answer.astype(np.float64), other.astype(np.float64)
    off = _differences(a, b)
    if not math.isfinite(found := float(off.max(initial=-math.inf))):  # rare, and then slower
        both = np.isfinite(a) & np.isfinite(b)
        return float(off[both].max()) if both.any() else None
    return found


def _differences(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.abs(a - b))


def largest(array: np.ndarray) -> float:
    """The largest absolute value that is finite; 0 where there is none."""
    finite = np.abs(array[np.isfinite(array)]) if array.dtype.kind == "f" else np.abs(array)
    return float(finite.max(initial=0.0))


def compare(answer: np.ndarray, truth: np.ndarray, allowed: Tolerance) -> Comparison:
    """Check rank, shape, dtype kind, NaN and infinity, then values: never broadcast.

    answer: a bool, integer or float array, rebuilt from bytes.
    truth: float64 or integer array.
    """
    if answer.ndim != truth.ndim:
        return Comparison("rank", None)
    if answer.shape != truth.shape:
        return Comparison("shape", None)
    if answer.dtype.kind != truth.dtype.kind and not (answer.dtype.kind == "u" and truth.dtype.kind == "i"):
        return Comparison("dtype", None)
    if truth.dtype.kind != "f":
        wrong = np.asarray(answer != truth)
        return Comparison("values" if wrong.any() else "right", wrong)
    got = answer.astype(np.float64)
    off = _differences(got, truth)
    if math.isfinite(found := float(off.max(initial=0.0))):  # as most answers are
        if found <= allowed.absolute:
            return Comparison("right", np.zeros(truth.shape, np.bool_))
        wrong = off > allowed.allowed(truth)
        return Comparison("values" if wrong.any() else "right", wrong)
    finite = np.isfinite(got) & np.isfinite(truth)
    same = (got == truth) | (np.isnan(got) & np.isnan(truth))
    right = np.where(finite, off <= allowed.allowed(truth), same)
    if right.all():
        return Comparison("right", ~right)
    not_finite = (~finite & ~same).any()
    return Comparison("not_finite" if not_finite else "values", ~right)


def as_truth(value: Any) -> np.ndarray:
    """A reference's result as the array to compare with: float64, or integers as they are."""
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind == "f" else array
