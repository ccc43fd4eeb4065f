"""What tells a part of what is wrong, and leaves the reason open."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from grader import words
from grader.diagnose import shapes, values
from grader.diagnose.evidence import (
    Array,
    Evidence,
    Relation,
    alike,
    sizes_named,
)
from grader.key import KeyCase
from grader.place import PLACES, inside_of
from grader.report import Diagnosis


def _offset(evidence: Evidence) -> Diagnosis | None:
    """Every value is off by the same number, wherever it is off."""
    if not evidence.same_shape or not evidence.finite or not evidence.enough:
        return None
    offsets: list[tuple[float, KeyCase]] = []
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if not truth.size or answer.dtype.kind == "b":
            return None
        offset = float(answer.flat[0]) - float(truth.flat[0])
        if truth.dtype.kind != "f" or answer.dtype.kind != "f":
            if not (answer.astype(np.float64) - truth == offset).all():
                return None
        elif not alike(answer, truth + offset, one.case):
            return None
        offsets.append((offset, one.case))
    larger = offsets[0][0] > 0
    if all(math.isclose(offset, offsets[0][0], rel_tol=1e-3) for offset, _ in offsets):
        return Diagnosis("offset", words.offset(f"the same number, {abs(offsets[0][0]):.4g}", larger))
    for said, of in sizes_named(offsets[0][1], products=False):
        if values.varied(offsets, of) and all(
            math.isclose(offset, math.log(of(case)) * (1 if larger else -1), rel_tol=1e-3) for offset, case in offsets
        ):
            return Diagnosis("offset", words.offset(f"the logarithm of {said}", larger))
    return None


def _nearly(evidence: Evidence) -> Diagnosis | None:
    """The values are off by little: a constant with few digits, a small number added, numbers rounded on the way."""
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    worst = 0.0
    for one in evidence.failing:
        largest = one.case.largest
        if largest == 0:
            return None
        worst = max(worst, float(np.abs(one.given - one.case.truth).max()) / largest)
    return Diagnosis("nearly", words.nearly(f"{100 * worst:.1g}")) if worst <= 2e-3 else None


def _only_nan(evidence: Evidence) -> Diagnosis | None:
    """What is a number is right."""
    if not evidence.floats or evidence.finite:
        return None
    for one in evidence.failing:
        wrong = one.off
        if not wrong.any() or not np.isnan(one.given[wrong]).all():
            return None
    right = sum(int((~one.off).sum()) for one in evidence.failing)
    return Diagnosis("only_nan", words.only_nan()) if right >= 3 else None


def _unfilled(evidence: Evidence) -> Diagnosis | None:
    """Every wrong value is exactly 0: it looks as if it was never computed."""
    if not evidence.same_shape or not evidence.finite:
        return None
    wrong = right = 0
    for one in evidence.failing:
        off = one.off
        if np.any(one.given[off]) or not off.any():
            return None
        wrong += int(off.sum())
        right += int((~off & (one.case.truth != 0)).sum())
    return Diagnosis("never_filled", words.never_filled()) if evidence.enough and wrong >= 3 and right >= 3 else None


def _broken_rule(evidence: Evidence) -> Diagnosis | None:
    """Something that is so of all right answers is not so of the wrong ones: sums of 1, a range, a sign."""
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    truths = [one.case.truth for one in evidence.outcomes]
    if any(truth.min(initial=0) < 0 for truth in truths):
        return None
    answers = [one.given.astype(np.float64) for one in evidence.failing]
    if evidence.rank == 2 and all(np.allclose(truth.sum(axis=1), 1) for truth in truths if truth.ndim == 2):
        answers = [answer for answer in answers if len(answer) > 1] or answers
        if all(np.abs(answer.sum(axis=1) - 1).max(initial=0.0) > 1e-3 for answer in answers):
            whole = all(abs(answer.sum() - 1) < 1e-4 for answer in answers)
            columns = all(np.allclose(answer.sum(axis=0), 1, atol=1e-4) for answer in answers)
            return Diagnosis("sums", words.sums("all" if whole else "columns" if columns else ""))
    most = max(truth.max(initial=0) for truth in truths)
    below, above = min(one.min(initial=0) for one in answers), max(one.max(initial=0) for one in answers)
    if most <= 1 and (below < -1e-3 or above > 1 + 1e-3):
        return Diagnosis("out_of_range", words.out_of_range(f"{below:.4g}", f"{above:.4g}"))
    if below < -1e-3:
        return Diagnosis("negative", words.negative(f"{below:.4g}"))
    return None


def _place_everywhere(evidence: Evidence) -> Diagnosis | None:
    """In every failing case the same rows, columns or channels are wrong."""
    names = PLACES.get(evidence.rank or 0)
    if names is None or not evidence.same_shape or not evidence.enough:
        return None
    if any(one.given.dtype.kind in "iub" and one.case.truth.dtype.kind == "f" for one in evidence.failing):
        return None  # all of it counts as wrong
    marks = [one.off for one in evidence.failing]
    for axis, name in enumerate(names):
        if any(mark.shape[axis] < 2 for mark in marks) or max(mark.shape[axis] for mark in marks) < 3:
            continue
        along = [np.asarray(mark.any(axis=tuple(k for k in range(mark.ndim) if k != axis))) for mark in marks]
        for said, expected in _PATTERNS.items():
            if all(np.array_equal(one, expected(len(one))) for one in along):
                return Diagnosis("same_place", words.same_place(said.format(name)))
    insides = [inside for mark in marks if (inside := inside_of(mark)) is not None and inside.size]
    if len(insides) >= 2 and not any(inside.any() for inside in insides):
        return Diagnosis("same_place", words.same_place(words.BORDER))
    return None


def _only(index: int) -> Callable[[int], Array]:
    def pattern(size: int) -> Array:
        marks = np.zeros(size, bool)
        marks[index] = True
        return marks

    return pattern


_PATTERNS: dict[str, Callable[[int], Array]] = {
    "only the first {}": _only(0),
    "only the last {}": _only(-1),
    "every {} but the first": lambda size: ~_only(0)(size),
    "every {} but the last": lambda size: ~_only(-1)(size),
}


def _one_sided(evidence: Evidence) -> Diagnosis | None:
    """Whatever is wrong is too large, or too small."""
    if not evidence.same_shape or not evidence.finite:
        return None
    over = under = 0
    for one in evidence.failing:
        if one.given.dtype.kind == "b":
            return None
        off = one.off
        difference = one.given.astype(np.float64)[off] - one.case.truth[off]
        over, under = over + int((difference > 0).sum()), under + int((difference < 0).sum())
    if len(evidence.failing) < 4 or over + under < 8 or (over and under):
        return None
    classes = all(one.case.truth.dtype.kind == "i" and one.case.truth.ndim for one in evidence.failing)
    if classes and all(np.isin(one.given, (0, 1)).all() for one in evidence.failing):
        return Diagnosis("one_sided", words.one_sided_classes(bool(over)))
    return Diagnosis("one_sided", words.one_sided(bool(over)))


PARTIAL: tuple[Relation, ...] = (
    shapes.shape_rule,
    shapes.other_rank,
    _nearly,
    _offset,
    _unfilled,
    _only_nan,
    _broken_rule,
    _place_everywhere,
    _one_sided,
)
"""Each says something of what is wrong, and leaves the reason open."""


PARTLY = frozenset(
    [
        "another_shape",
        "nearly",
        "offset",
        "never_filled",
        "only_nan",
        "sums",
        "out_of_range",
        "negative",
        "same_place",
        "one_sided",
        "numeric_trouble",
        "rearranged",
        "one_family",
        "where_one",
        "where_not_one",
        "where_deep",
        "where_word",
        "where_larger",
        "where_even",
        "where_negative",
        "where_sides_differ",
    ]
)
"""The names of what tells a part only."""
