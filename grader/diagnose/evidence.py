"""The answers of an exercise, and what relations ask of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from grader import words
from grader.compare import Tolerance, compare, largest
from grader.key import KeyCase, Part
from grader.outcome import Outcome
from grader.place import PLACES
from grader.report import Diagnosis

BIASES = ("b", "bias", "biases")
"""What an argument is named that holds one."""


SLACK = 10.0
"""A learner's version of a mistake may round differently from the page's; both are as far from it as honest ones."""


Array = np.ndarray


Change = Callable[[Array], Array]


def is_finite(array: Array) -> bool:
    """Whether an array holds numbers only, neither nan nor inf."""
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def alike(answer: Array, other: Array, case: KeyCase) -> bool:
    """Whether two arrays agree in shape, kind of number and, to rounding, in every value."""
    if answer.shape != other.shape:
        return False
    whole = {"i": "whole", "u": "whole", "b": "truth", "f": "float"}
    if whole[answer.dtype.kind] != whole[other.dtype.kind]:
        return False
    if answer.dtype.kind != "f":
        return bool((answer == other).all())
    other = other.astype(np.float64)
    apart = np.abs(answer - other)
    worst = float(apart.max(initial=0.0))
    relative, absolute = case.tolerance.relative, case.tolerance.absolute * SLACK
    if worst <= absolute:
        return True  # most are far apart or equal: the rest is for those between
    if not math.isfinite(worst):
        return compare(answer, other, Tolerance(relative, absolute * _grown(case, largest(other)))).right
    sizes = np.abs(other)
    absolute *= _grown(case, float(sizes.max()))
    return worst <= absolute or bool(relative and (apart <= absolute + relative * sizes).all())


def _grown(case: KeyCase, size: float) -> float:
    """How many times as large `size` is as the truth's largest number, and so its rounding; at least 1."""
    usual = case.largest
    return max(1.0, size / usual) if usual > 0 else max(1.0, size)


def distinct(array: Array) -> int:
    """How many different numbers there are. (np.unique and np.median import np.ma, which takes 20 ms.)"""
    ordered = np.sort(array, axis=None)
    ordered = ordered[ordered == ordered]
    steps = int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    return steps + int(ordered.size > 0) + int(ordered.size < array.size)


class Evidence:
    """The answers of an exercise, and what relations ask of them. Every outcome has an answer; some are wrong."""

    def __init__(self, part: Part, outcomes: Sequence[Outcome]) -> None:
        self.part = part
        self.outcomes = outcomes
        self.failing = [one for one in outcomes if not one.right]
        self.passing = [one for one in outcomes if one.right]

    @cached_property
    def rank(self) -> int | None:
        """The rank of the truth, where all failing cases have one and the same."""
        ranks = {one.case.truth.ndim for one in self.failing}
        return ranks.pop() if len(ranks) == 1 else None

    @cached_property
    def axes(self) -> list[str]:
        """The names of the truth's axes."""
        return self.failing[0].case.returns.split()

    @cached_property
    def floats(self) -> bool:
        """Whether failing answers and their truths are floating-point numbers of the same shape."""
        return self.same_shape and all(
            one.given.dtype.kind == "f" and one.case.truth.dtype.kind == "f" for one in self.failing
        )

    @cached_property
    def same_shape(self) -> bool:
        """Whether the failing answers have the shape of their truth."""
        return all(one.given.shape == one.case.truth.shape for one in self.failing)

    @cached_property
    def finite(self) -> bool:
        """Whether the failing answers hold nothing but numbers."""
        return all(is_finite(one.given) for one in self.failing)

    @cached_property
    def enough(self) -> bool:
        """Whether a relation that holds on the failing cases holds by more than luck."""
        values = sum(min(one.case.truth.size, one.given.size) for one in self.failing)
        return values >= {0: 99, 1: 12, 2: 6}.get(len(self.failing), 3)

    @cached_property
    def clear(self) -> bool:
        """Whether every failing answer is wrong by more than a different rounding could make it."""
        return not any(alike(one.given, one.case.truth, one.case) for one in self.failing)

    def holds(self, changed: Change) -> bool:
        """Whether the truth, changed in this way, is the answer on every case, right ones included."""
        return self.enough and all(
            alike(one.given, changed(one.case.truth), one.case) for one in (*self.failing[::-1], *self.passing)
        )

    def undone(self, changed: Change) -> bool:
        """Whether the answers, changed in this way, are the truth on every case that fails."""
        return self.enough and all(
            alike(changed(one.given.astype(np.float64)), one.case.truth, one.case) for one in self.failing[::-1]
        )


Relation = Callable[[Evidence], "Diagnosis | None"]


def first_found(relations: Iterable[Relation], evidence: Evidence) -> Diagnosis | None:
    """What the first relation says that has something to say."""
    for relation in relations:
        found = relation(evidence)
        if found is not None:
            return found
    return None


def bias_given(part: Part, case: KeyCase) -> Any:
    """What the argument that holds the bias was given; None where there is no such argument."""
    return next((case.inputs[name] for name in part.about.arguments if name in BIASES), None)


def bias_of(part: Part, case: KeyCase) -> Array | None:
    """The bias that is added along the last axis of the result; None where there is none, or several."""
    bias, truth = bias_given(part, case), case.truth
    if not isinstance(bias, np.ndarray) or bias.ndim != 1 or case.truth.dtype.kind != "f":
        return None
    if bias.size > 1 and (not truth.ndim or truth.shape[-1] != bias.size):
        return None
    return bias.astype(np.float64)


Named = tuple[str, Callable[[KeyCase], float]]


def sizes_named(case: KeyCase, products: bool) -> Iterator[Named]:
    """(name, its value on a case) of the dims; their squares and products too, where asked for."""
    plain = [letter for letter, size in case.dims.items() if isinstance(size, int)]
    for letter in plain:
        yield letter, partial(_size, letter=letter)
    if products:
        for a, b in itertools.combinations_with_replacement(plain, 2):
            yield f"({a} * {b})", lambda case, a=a, b=b: _size(case, a) * _size(case, b)  # type: ignore[misc]


def _size(case: KeyCase, letter: str) -> float:
    size = case.dims.get(letter, 0)
    return float(size) if isinstance(size, int) and size else math.nan


def axis_name(evidence: Evidence, axis: int) -> str:
    """'the rows (H-KH+1)'."""
    return words.axis(PLACES[evidence.rank or 1][axis], evidence.axes[axis])
