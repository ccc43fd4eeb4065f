"""Known mistakes, which the key has recorded: one by itself, one with a relation on top, two at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from grader import words
from grader.compare import compare
from grader.diagnose import shapes, values
from grader.diagnose.evidence import (
    SLACK,
    Array,
    Evidence,
    Relation,
    alike,
    bias_given,
    first_found,
    is_finite,
    sizes_named,
)
from grader.key import KeyCase, Part
from grader.outcome import Outcome
from grader.report import Diagnosis


def known_mistake(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """The one known mistake that accounts for the answers, if there is exactly one.

    What only one of the two versions of the mistake does, the learner's or the page's, is no evidence either way: an
    exception (it may be caught, or an index may reach too far), or nan and inf in place of numbers. Most failing cases
    must speak.
    """
    if not any(one.answer is not None and not one.right for one in outcomes):
        return ()
    spoken_for = {mistake["name"]: [0, 0] for mistake in part.about.mistakes}
    for one in sorted(outcomes, key=_telling):
        for name in list(spoken_for):
            said = _speaks(one, one.case.mistakes.get(name))
            if said is None:
                del spoken_for[name]
            else:
                spoken_for[name] = [a + b for a, b in zip(spoken_for[name], said, strict=True)]
        if not spoken_for:
            return ()
    known = [mistake for mistake in part.about.mistakes if mistake["name"] in spoken_for]
    plain = all(one.kind in ("", "raised") for one in outcomes)
    exact, loose = [], []
    for mistake in known:
        clear, silent = spoken_for[mistake["name"]]
        if clear and not silent:
            exact.append(mistake)
        elif clear >= 3 and clear > silent and plain:
            loose.append(mistake)
    fitting = exact or loose
    if len(fitting) != 1:
        return ()
    named = _named(fitting[0])
    if exact:
        return (named,)
    lost = sum(one.answer is not None and not is_finite(one.answer) for one in outcomes)
    return (named, Diagnosis("not_finite", words.also_not_finite(lost, len(outcomes)))) if lost else (named,)


def _named(mistake: Mapping[str, str]) -> Diagnosis:
    return Diagnosis(mistake["name"], mistake["message"], explained=True)


def _telling(one: Outcome) -> tuple[bool, int]:
    """The order in which cases are asked: a large one that fails leaves the fewest to ask the others for."""
    return one.right, -one.case.index


def _speaks(one: Outcome, recorded: Array | str | None) -> tuple[int, int] | None:
    """Whether a case speaks clearly for a mistake that answers `recorded`, or is silent; None: it speaks against."""
    if one.answer is None or not isinstance(recorded, np.ndarray):
        return None if one.right else (0, int(one.answer is not None or isinstance(recorded, np.ndarray)))
    if not alike(one.answer, recorded, one.case):
        if one.right or not _alike_where_finite(one.answer, recorded, one.case):
            return None
        # Of a wrong number, a mistake that gives none says nothing.
        return None if is_finite(one.answer) and not np.isfinite(recorded).any() else (0, 1)
    if one.right:
        return 0, 0
    if compare(recorded, one.case.truth, one.case.tolerance).right:
        return None  # a mistake that gives the right answer here explains no wrong one
    return int(not alike(recorded, one.case.truth, one.case)), 0


def _alike_where_finite(answer: Array, other: Array, case: KeyCase) -> bool:
    """Whether two arrays agree wherever both hold numbers, and one of them does not everywhere."""
    if answer.shape != other.shape or answer.dtype.kind != "f" or other.dtype.kind != "f":
        return False
    both = np.isfinite(answer) & np.isfinite(other)
    return not both.all() and alike(np.where(both, answer, 0), np.where(both, other, 0), case)


BESIDES: tuple[Relation, ...] = (
    shapes.permuted,
    shapes.reshaped,
    values.bias,
    partial(values.factor, named=True),
    values.flipped,
)
"""What may come on top of a known mistake."""


ALGEBRA = ("scaled", "bias_missing", "bias_doubled", "bias_subtracted", "bias_repeated")


def composite(part: Part, evidence: Evidence) -> tuple[Diagnosis, ...]:
    """A known mistake, and a relation that leads from its answers to the learner's."""
    names = [mistake["name"] for mistake in part.about.mistakes]
    for one in evidence.failing[::-1]:  # the largest first: what holds by luck holds for small ones
        names = _related(part, one, names)
        if not names:
            return ()
    for mistake in part.about.mistakes:
        if mistake["name"] not in names:
            continue
        outcomes = []
        for one in evidence.outcomes:
            recorded = one.case.mistakes.get(mistake["name"])
            if not isinstance(recorded, np.ndarray) or recorded.dtype.kind != "f" or not np.isfinite(recorded).all():
                break
            case = replace(one.case, truth=recorded.astype(np.float64), returns=_as_returned(one.case, recorded))
            outcomes.append(Outcome(case, one.given, alike(one.given, case.truth, one.case)))
        if len(outcomes) < len(evidence.outcomes) or all(one.right for one in outcomes):
            continue
        found = first_found(BESIDES, Evidence(part, outcomes))
        if found is not None and found.mistake == "transposed" and not _same_shapes(outcomes, evidence):
            return (_named(mistake),)  # of a shape that is nobody's
        # A bias that is counted differently and a factor can make the same numbers as another factor by itself.
        if found is None or ("bias" in mistake["name"] and found.mistake in ALGEBRA):
            continue
        told = sum(
            not alike(made.case.truth, one.case.truth, one.case)
            for made, one in zip(outcomes, evidence.outcomes, strict=True)
        )
        if told >= 3:
            return _named(mistake), Diagnosis(found.mistake, words.besides(found.message))
    return ()


def _same_shapes(made: Sequence[Outcome], evidence: Evidence) -> bool:
    """Whether a known mistake's answers have the right shapes."""
    return all(a.case.truth.shape == b.case.truth.shape for a, b in zip(made, evidence.outcomes, strict=True))


def pair(part: Part, evidence: Evidence) -> tuple[Diagnosis, ...]:
    """Two known mistakes at once: what each adds to the truth, or multiplies it by, is in the answers."""
    if not evidence.floats or not evidence.finite or len(evidence.failing) < 3 or not evidence.enough:
        return ()
    # Few pairs account for a first case, so that all others are asked of those alone.
    first_case = max(evidence.failing[:4], key=lambda one: one.case.truth.size)
    alone = {
        mistake["name"]: array.ravel()
        for mistake in part.about.mistakes
        if (array := _of_same_kind(first_case, mistake["name"])) is not None
    }
    if len(alone) < 2:
        return ()
    known = {mistake["name"]: mistake for mistake in part.about.mistakes}
    rows = np.stack(list(alone.values()))
    found = []
    likely = _perhaps_made_by(first_case, rows, _added) | _perhaps_made_by(first_case, rows, _multiplied)
    for k, j in np.argwhere(np.triu(likely, 1)):
        names = list(alone)[k], list(alone)[j]
        if "sign_lost" in names or all("bias" in name for name in names):
            continue  # a sign tells nothing where more is wrong; two ways to count a bias make a third one
        if any(_explains(evidence, names, both) for both in (_added, _multiplied)):
            found.append((known[names[0]], known[names[1]]))
    if len(found) != 1:
        return ()
    first, second = map(_named, found[0])
    return first, second._replace(message=words.besides(second.message))


def _added(a: Array, b: Array, truth: Array) -> Array:
    made: Array = a + b - truth
    return made


def _multiplied(a: Array, b: Array, truth: Array) -> Array:
    made: Array = a * b / truth
    return made


FEW = 24
"""Values of a case that are looked at first."""


Both = Callable[[Array, Array, Array], Array]


def _of_same_kind(one: Outcome, mistake: str) -> Array | None:
    """What a known mistake answers, where that has the right shape and kind of number."""
    recorded = one.case.mistakes.get(mistake)
    if not isinstance(recorded, np.ndarray) or recorded.shape != one.case.truth.shape or recorded.dtype.kind != "f":
        return None
    return recorded.astype(np.float64)


def _made_by(one: Outcome, a: Array, b: Array, both: Both) -> bool:
    made, zeros = both(a, b, one.case.truth), one.case.truth == 0
    if zeros.any():  # nothing can be told of them by division
        return alike(np.where(zeros, 0, one.given), np.where(zeros, 0, made), one.case)
    return alike(one.given, made, one.case)


def _perhaps_made_by(one: Outcome, rows: Array, both: Both) -> Array:
    """For each two of `rows`, whether they may make the answer: a look at the first values of all at once."""
    truth, given, rows = one.case.truth.ravel()[:FEW], one.given.ravel()[:FEW], rows[:, :FEW]
    made = np.where(truth == 0, given, both(rows[:, None], rows[None], truth))
    sizes = np.abs(made)
    grown = np.maximum(1.0, sizes.max(axis=-1) / max(one.case.largest, 1e-30))
    absolute = 10 * SLACK * one.case.tolerance.absolute * grown[..., None]  # others may be larger, and round more
    # Where what is made holds nan or inf, nothing is told: nan compares as false.
    perhaps: Array = ~(np.abs(made - given) > absolute + one.case.tolerance.relative * sizes).any(axis=-1)
    return perhaps


def _explains(evidence: Evidence, names: tuple[str, str], both: Both) -> bool:
    """Whether two mistakes together make every answer, and each of them shows on several of the failing cases."""
    told = [0, 0]
    for one in (*evidence.failing, *evidence.passing):
        a, b = (_of_same_kind(one, name) for name in names)
        if a is None or b is None or not _made_by(one, a, b, both):
            return False
        for k, array in enumerate((a, b)):
            told[k] += not one.right and not alike(array, one.case.truth, one.case)
    return min(told) >= 3


def _related(part: Part, one: Outcome, names: Sequence[str]) -> list[str]:
    """The mistakes from whose answers any of `BESIDES` could lead to the learner's: a quick look at all at once."""
    if not one.given.size or not is_finite(one.given):
        return []
    recorded = {name: one.case.mistakes.get(name) for name in names}
    arrays = {
        name: array
        for name, array in recorded.items()
        if isinstance(array, np.ndarray) and array.size == one.given.size and is_finite(array)
    }
    if not arrays:
        return []
    made = np.stack([array.ravel() for array in arrays.values()]).astype(np.float64)
    if one.given.size == 1:
        near = _by_a_name(part, one, made.ravel())
        return [name for name, found in zip(arrays, near, strict=True) if found]
    ours, theirs = one.magnitudes, np.sort(np.abs(made), axis=1)
    most, largest_of_each = ours[-1], theirs[:, -1:]
    apart = np.abs(ours * largest_of_each - theirs * most)
    near = (apart <= 1e-3 + 1e-2 * theirs * most).all(axis=1)
    if not near.all():
        same_shape = np.array([array.shape == one.given.shape for array in arrays.values()])
        near |= same_shape & _by_biases(part, one, made, largest_of_each[:, 0])
    return [name for name, found in zip(arrays, near, strict=True) if found]


def _by_a_name(part: Part, one: Outcome, made: Array) -> Array:
    """For each of `made`, whether a factor that has a name may lead to the answer, or a bias that was counted wrongly.

    A number has no inner proportions to look at.
    """
    factor = np.abs(one.given.ravel() / made)
    named = [value(one.case) for _, value, _ in values.named_factors([(1.0, one.case)], named=True)]
    near = np.isclose(factor[:, None], named, rtol=2e-3).any(axis=1) | ~np.isfinite(factor)
    whole = np.maximum(factor, 1 / factor)
    near |= np.isclose(whole, np.rint(whole), rtol=2e-3)
    bias = bias_given(part, one.case)
    if isinstance(bias, np.ndarray) and bias.size == 1 and bias.any():
        times = (one.given.ravel() - made) / float(bias.flat[0]) + 1
        counts = [0.0, 2.0, -1.0, *(value(one.case) for _, value in sizes_named(one.case, products=True))]
        near |= np.isclose(times[:, None], counts, rtol=2e-2, atol=2e-2).any(axis=1)
    return np.asarray(near)


def _by_biases(part: Part, one: Outcome, made: Array, largest_of_each: Array) -> Array:
    """For each row of `made`, whether the answer differs from it by as many biases everywhere."""
    bias = bias_given(part, one.case)
    columns = one.given.shape[-1] if one.given.ndim else 1
    if not isinstance(bias, np.ndarray) or not bias.any() or bias.size not in (1, columns):
        return np.zeros(len(made), bool)
    difference = (one.given.ravel() - made).reshape(len(made), -1, columns)
    k = int(np.abs(bias).argmax())
    difference -= difference[:, :1, k : k + 1] / float(bias.flat[k]) * bias.ravel()
    found: Array = np.abs(difference).max(axis=(1, 2)) <= 1e-3 * np.maximum(largest_of_each, 1e-3)
    return found


def _as_returned(case: KeyCase, recorded: Array) -> str:
    return case.returns if recorded.ndim == case.truth.ndim else " ".join("?" * recorded.ndim)
