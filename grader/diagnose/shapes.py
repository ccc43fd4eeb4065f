"""Relations of shape: the numbers may be right, and lie in other axes, rows and places."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from grader import words
from grader.cases import evaluate, letters
from grader.diagnose.evidence import (
    Array,
    Evidence,
    alike,
)
from grader.place import PLACES
from grader.report import Diagnosis


def permuted(evidence: Evidence) -> Diagnosis | None:
    """The axes are in another order."""
    if evidence.rank is None or evidence.rank < 2:
        return None
    for order in itertools.permutations(range(evidence.rank)):
        if order != tuple(range(evidence.rank)) and evidence.holds(partial(np.transpose, axes=order)):
            got = [evidence.axes[k] for k in order]
            return Diagnosis("transposed", words.transposed(got, evidence.axes))
    return None


def reshaped(evidence: Evidence) -> Diagnosis | None:
    """The numbers are right and in order; axes of 1 were dropped or added, or all is in other rows."""
    kinds = set()
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.shape == truth.shape or answer.size != truth.size:
            return None
        if not alike(answer.reshape(truth.shape), truth, one.case):
            return None
        plain = [side for side in truth.shape if side != 1] == [side for side in answer.shape if side != 1]
        kinds.add("other" if not plain else "dropped" if answer.ndim < truth.ndim else "added")
    shapes = [one.given.ndim for one in evidence.failing]
    rank = evidence.failing[0].case.truth.ndim
    if kinds == {"dropped"}:
        squeezed = all(
            one.given.shape == tuple(side for side in one.case.truth.shape if side != 1) for one in evidence.outcomes
        )
        return Diagnosis("axis_dropped", words.axis_dropped(rank, squeezed=squeezed and bool(evidence.passing)))
    if kinds == {"added"}:
        return Diagnosis("axis_added", words.axis_added(rank, max(shapes)))
    if set(shapes) == {1} and rank > 1:
        return Diagnosis("flattened", words.flattened(rank))
    return Diagnosis("reshaped", words.reshaped())


def broadcast(evidence: Evidence) -> Diagnosis | None:
    """A result of (N, N) where (N, 1) or (N,) is meant."""
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        sides = [side for side in truth.shape if side != 1]
        if answer.ndim != 2 or len(sides) != 1 or answer.shape != (sides[0], sides[0]) or answer.shape == truth.shape:
            return None
    return Diagnosis("broadcast", words.broadcast(evidence.axes[0])) if evidence.enough else None


def not_reduced(evidence: Evidence) -> Diagnosis | None:
    """One axis too many: its sum, mean or largest value is the truth."""
    if evidence.rank is None or any(one.given.ndim != evidence.rank + 1 for one in evidence.failing):
        scalar = evidence.rank == 0 and all(one.given.ndim for one in evidence.failing)
        return _all_to_reduce(evidence) if scalar else None
    for name, reduce in REDUCTIONS.items():
        for axis in range(evidence.rank + 1):
            sides = [one.given.shape[axis] for one in evidence.failing]
            if max(sides) > 1 and evidence.undone(partial(_along, reduce=reduce, axis=axis)):
                return Diagnosis("not_reduced", words.not_reduced(name, axis))
    return None


def _all_to_reduce(evidence: Evidence) -> Diagnosis | None:
    """An array where a single number is asked for."""
    if max(one.given.size for one in evidence.failing) > 1:
        for name, reduce in REDUCTIONS.items():
            if evidence.undone(partial(_along, reduce=reduce)):
                return Diagnosis("not_reduced", words.not_reduced(name, None))
    return None


def reduced(evidence: Evidence) -> Diagnosis | None:
    """One axis too few: the answer is the sum, mean or largest value of the truth along it, or the whole of it."""
    if not evidence.rank or evidence.same_shape:
        return None
    for name, reduce in REDUCTIONS.items():
        for axis in (None, *range(evidence.rank)):
            for kept in (False, True):
                if evidence.holds(partial(_along, reduce=reduce, axis=axis, kept=kept)):
                    return Diagnosis("reduced", words.reduced(name, None if axis is None else evidence.axes[axis]))
    return None


def place_of_largest(evidence: Evidence) -> Diagnosis | None:
    """The place of each row's largest value in place of the values."""
    if evidence.rank != 2 or any(0 in one.case.truth.shape for one in evidence.outcomes):
        return None
    for kept in (False, True):
        if evidence.holds(lambda truth, kept=kept: np.argmax(truth, axis=1, keepdims=kept)):  # type: ignore[misc]
            return Diagnosis("place_of_largest", words.place_of_largest())
    return None


def _along(values: Array, reduce: Callable[..., Array], axis: int | None = None, kept: bool = False) -> Array:
    return np.asarray(reduce(values, axis=axis, keepdims=kept)) if values.size else values


REDUCTIONS: dict[str, Callable[..., Array]] = {"mean": np.mean, "sum": np.sum, "largest value": np.max}


def a_part(evidence: Evidence) -> Diagnosis | None:
    """Only the first or last row, column, number of the truth is there, under a smaller shape."""
    if not evidence.rank or evidence.same_shape:
        return None
    if evidence.holds(lambda truth: np.asarray(truth.flat[0] if truth.size else 0.0)):
        return Diagnosis("only_a_part", words.only_a_part("first", "value"))
    names = PLACES.get(evidence.rank, ())
    for axis, name in enumerate(names):
        for said, index in (("first", 0), ("last", -1)):
            for kept in (False, True):
                if evidence.holds(lambda truth, axis=axis, index=index, kept=kept: _one_of(truth, axis, index, kept)):  # type: ignore[misc]
                    return Diagnosis("only_a_part", words.only_a_part(said, name))
    return None


def _one_of(truth: Array, axis: int, index: int, kept: bool) -> Array:
    return np.take(truth, [index] if kept else index, axis) if truth.shape[axis] else truth


def shape_rule(evidence: Evidence) -> Diagnosis | None:
    """The shape follows a rule of its own: another dim, one too many, always the same number."""
    if evidence.rank is None or evidence.same_shape or not evidence.enough:
        return None
    if any(one.given.ndim != evidence.rank for one in evidence.outcomes):
        return None
    meant = evidence.axes
    if any(one.case.returns.split() != meant for one in evidence.outcomes):
        return None
    found = []
    for axis, expected in enumerate(meant):
        sides = [(one.given.shape[axis], one.case.dims) for one in evidence.outcomes]
        meant_sides = {one.case.truth.shape[axis] for one in evidence.outcomes}
        fixed = len(meant_sides) > 1 and len({side for side, _ in sides}) == 1
        rules = [str(sides[0][0])] if fixed else _rules(evidence, expected)
        fitting = next((said for said in rules if _follows(said, sides)), None)
        if fitting is None:
            return None
        found.append(fitting)
    if all(rule.isdecimal() and int(rule) < 1 for rule in found):
        return None
    everywhere = len(evidence.outcomes) == len(evidence.part.cases)
    return Diagnosis("another_shape", words.another_shape(found, everywhere))


def other_rank(evidence: Evidence) -> Diagnosis | None:
    """The result has more or fewer axes, each of a dim's size."""
    ranks = {one.given.ndim for one in evidence.outcomes}
    if len(ranks) != 1 or evidence.rank is None or not evidence.enough or ranks <= {0, evidence.rank}:
        return None
    if any(one.case.returns.split() != evidence.axes for one in evidence.outcomes):
        return None
    plain = [letter for letter, size in evidence.failing[0].case.dims.items() if isinstance(size, int)]
    rules = list(dict.fromkeys([*evidence.axes, *plain, "1"]))
    found = []
    for axis in range(ranks.pop()):
        sides = [(one.given.shape[axis], one.case.dims) for one in evidence.outcomes]
        fitting = [rule for rule in rules if _follows(rule, sides)]
        if not fitting:
            return None
        found.append(fitting[0])
    everywhere = len(evidence.outcomes) == len(evidence.part.cases)
    return Diagnosis("another_shape", words.another_shape(found, everywhere)) if set(found) != {"1"} else None


def _rules(evidence: Evidence, expected: str) -> Iterator[str]:
    """What an axis may follow in place of `expected`, the plainest first."""
    yield expected
    dims = evidence.failing[0].case.dims
    plain = [letter for letter, size in dims.items() if isinstance(size, int)]
    yield from plain
    yield from (f"{a}//{b}" for a, b in itertools.permutations(plain, 2))
    if "2*" in expected:
        yield expected.replace("2*", "")
        yield expected.replace("2*", "4*")
        yield from (f"{expected.partition('+')[0]}{change}" for change in ("+1", "+2"))
    for form in dict.fromkeys((expected, *evidence.axes)):
        for old in letters(form):
            yield from (re.sub(rf"\b{old}\b", new, form) for new in plain)
    for change in ("+1", "-1", "+2", "-2"):
        yield (expected + change).replace("+1-1", "").replace("-1+1", "")
    for a, b in itertools.permutations(plain, 2):
        yield f"{a}-{b}+1"
        yield f"{a}+{b}-1"
        yield f"({a}+{b}-1)//{b}"
    if "//" in expected:
        above, _, below = expected.partition("//")
        divisor = re.match(r"\w+", below)
        if divisor is not None:
            yield above.removeprefix("(").removesuffix(")") + below[divisor.end() :]
            if not above.endswith(f"+{divisor[0]}-1)"):
                yield f"{above.removesuffix(')')}+{divisor[0]}-1)//{below}"
            else:
                yield f"{above.removesuffix(f'+{divisor[0]}-1)').removeprefix('(')}//{below}"


def _follows(rule: str, sides: Sequence[tuple[int, dict[str, object]]]) -> bool:
    try:
        return all(evaluate(rule, dims) == side for side, dims in sides)  # type: ignore[arg-type]
    except Exception:
        return False
