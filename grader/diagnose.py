"""Why an answer is wrong: a known mistake, a relation to the truth, the place of the error. Pure functions.

Nothing is claimed that the numbers do not show. A mistake is named where its recorded output is the learner's on every
case, right ones included. A relation (transposed, a factor, another case's answer) is named where it holds, with one
meaning, on every case: it turns the truth into the wrong answers, and leaves it as it is where the answer is right.
Where nothing fits wholly, what the failing cases have in common is said, and how their values are off.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from grader import words
from grader.cases import evaluate, letters
from grader.compare import Tolerance, compare, largest
from grader.key import KeyCase, Part
from grader.limits import UNWRITTEN
from grader.outcome import Outcome
from grader.report import Diagnosis

BIASES = ("b", "bias", "biases")
"""What an argument is named that holds one."""
SLACK = 10.0
"""A learner's version of a mistake may round differently from the page's; both are as far from it as honest ones."""

Array = np.ndarray
Change = Callable[[Array], Array]


def diagnose(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """The best account of the failures, the surest first: one that is whole, or up to two that tell a part."""
    with np.errstate(all="ignore"):  # learners' numbers may be anything, and nobody wants to be warned of it
        return _diagnosed(part, outcomes)


def _diagnosed(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    failing = [one for one in outcomes if not one.right]
    if not failing:
        return ()
    named = _known_mistake(part, outcomes)
    if named:
        return named
    if any(one.answer is not None and unwritten(one.answer) for one in failing):
        return (Diagnosis("never_written", words.never_written()),)
    if all(one.kind == "NoneType" for one in failing):
        return (Diagnosis("nothing_returned", words.nothing_returned(len(failing), len(outcomes))),)
    told = _told(part, outcomes, failing) + _trouble(outcomes, failing)
    sizes = part.about.sizes
    return tuple(
        one if one.explained else replace(one, message=words.sizes_by_name(one.message, sizes)) for one in told
    )


def _told(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """What relations say."""
    evidence = Evidence(part, [one for one in outcomes if one.answer is not None])
    if any(one.answer is None for one in failing):
        rule = _shape_rule(evidence) if evidence.failing else None
        return tuple(found for found in (_parting(outcomes), rule) if found is not None)
    whole = _first(WHOLE if evidence.clear else ROUNDED, evidence)
    if whole is not None:
        return (whole,)
    both = (_composite(part, evidence) or _pair(part, evidence)) if evidence.clear else ()
    if both:
        return both
    where, how = _parting(outcomes), _first(PARTIAL, evidence)
    if where is not None and how is not None and how.mistake == "one_sided" and where.mistake != "where_negative":
        how = None  # it adds little
    return tuple(found for found in (where, how) if found is not None)


# ---------------------------------------------------------------- known mistakes


def _known_mistake(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
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
    named = Diagnosis(fitting[0]["name"], fitting[0]["message"], explained=True)
    if exact:
        return (named,)
    lost = sum(one.answer is not None and not _finite(one.answer) for one in outcomes)
    return (named, Diagnosis("not_finite", words.also_not_finite(lost, len(outcomes)))) if lost else (named,)


def _telling(one: Outcome) -> tuple[bool, int]:
    """The order in which cases are asked: a large one that fails leaves the fewest to ask the others for."""
    return one.right, -one.case.index


def _speaks(one: Outcome, recorded: Array | str | None) -> tuple[int, int] | None:
    """Whether a case speaks clearly for a mistake that answers `recorded`, or is silent; None: it speaks against."""
    if one.answer is None or not isinstance(recorded, np.ndarray):
        return None if one.right else (0, int(one.answer is not None or isinstance(recorded, np.ndarray)))
    if not _alike(one.answer, recorded, one.case):
        if one.right or not _alike_where_finite(one.answer, recorded, one.case):
            return None
        # Of a wrong number, a mistake that gives none says nothing.
        return None if _finite(one.answer) and not np.isfinite(recorded).any() else (0, 1)
    if one.right:
        return 0, 0
    if compare(recorded, one.case.truth, one.case.tolerance).right:
        return None  # a mistake that gives the right answer here explains no wrong one
    return int(not _alike(recorded, one.case.truth, one.case)), 0


def _finite(array: Array) -> bool:
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _alike_where_finite(answer: Array, other: Array, case: KeyCase) -> bool:
    """Whether two arrays agree wherever both hold numbers, and one of them does not everywhere."""
    if answer.shape != other.shape or answer.dtype.kind != "f" or other.dtype.kind != "f":
        return False
    both = np.isfinite(answer) & np.isfinite(other)
    return not both.all() and _alike(np.where(both, answer, 0), np.where(both, other, 0), case)


def _trouble(outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """How nan and inf came about, by NumPy's warnings; said of those cases alone where others fail too."""
    lost = [one for one in failing if one.answer is not None and not _finite(one.answer)]
    causes = {words.numeric_trouble(one.warned) for one in lost}
    said = causes.pop() if len(causes) == 1 else ""
    if lost and len(lost) < len(failing):
        return (Diagnosis("numeric_trouble", words.not_finite_in(len(lost), len(outcomes), said)),)
    return (Diagnosis("numeric_trouble", said),) if said else ()


def _alike(answer: Array, other: Array, case: KeyCase) -> bool:
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


def _distinct(array: Array) -> int:
    """How many different numbers there are. (np.unique and np.median import np.ma, which takes 20 ms.)"""
    ordered = np.sort(array, axis=None)
    ordered = ordered[ordered == ordered]
    steps = int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    return steps + int(ordered.size > 0) + int(ordered.size < array.size)


# ---------------------------------------------------------------- evidence


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
        return all(one.given.dtype.kind != "f" or bool(np.isfinite(one.given).all()) for one in self.failing)

    @cached_property
    def enough(self) -> bool:
        """Whether a relation that holds on the failing cases holds by more than luck."""
        values = sum(min(one.case.truth.size, one.given.size) for one in self.failing)
        return values >= {0: 99, 1: 12, 2: 6}.get(len(self.failing), 3)

    @cached_property
    def clear(self) -> bool:
        """Whether every failing answer is wrong by more than a different rounding could make it."""
        return not any(_alike(one.given, one.case.truth, one.case) for one in self.failing)

    def holds(self, changed: Change) -> bool:
        """Whether the truth, changed in this way, is the answer on every case, right ones included."""
        return self.enough and all(
            _alike(one.given, changed(one.case.truth), one.case) for one in (*self.failing[::-1], *self.passing)
        )

    def undone(self, changed: Change) -> bool:
        """Whether the answers, changed in this way, are the truth on every case that fails."""
        return self.enough and all(
            _alike(changed(one.given.astype(np.float64)), one.case.truth, one.case) for one in self.failing[::-1]
        )


Relation = Callable[[Evidence], "Diagnosis | None"]


def _first(relations: Iterable[Relation], evidence: Evidence) -> Diagnosis | None:
    for relation in relations:
        found = relation(evidence)
        if found is not None:
            return found
    return None


# ---------------------------------------------------------------- relations of shape


def _kind_of_number(evidence: Evidence) -> Diagnosis | None:
    """The values are right, their kind (bool, float for whole numbers) is not."""
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.shape != truth.shape or answer.dtype.kind == truth.dtype.kind:
            return None
        if not (answer.astype(np.float64) == truth.astype(np.float64)).all():
            return None
    first = evidence.failing[0]
    return Diagnosis("kind_of_number", words.kind_of_number(first.given.dtype.name, kind_meant(first.case.truth)))


def kind_meant(truth: Array) -> str:
    """The type that an answer should have, as the stub says it."""
    if truth.dtype.kind == "f":
        return "float32" if truth.ndim else "float"
    return "int32" if truth.ndim else "int"


def _wrapped(evidence: Evidence) -> Diagnosis | None:
    """Whole numbers of a small dtype, which start again at its lowest number after the highest."""
    kinds = {one.given.dtype for one in evidence.failing}
    dtype = kinds.pop() if len(kinds) == 1 else None
    if dtype is None or dtype.kind not in "iu" or dtype.itemsize > 2 or not evidence.same_shape or not evidence.enough:
        return None
    turned = False
    for one in evidence.failing:
        whole = np.trunc(np.round(one.case.truth, 9)).astype(np.int64)
        if not np.array_equal(whole.astype(dtype), one.given):
            return None
        turned |= bool((whole != one.given).any())
    limits = np.iinfo(dtype)
    return Diagnosis("wrapped", words.wrapped(dtype.name, int(limits.min), int(limits.max))) if turned else None


def _permuted(evidence: Evidence) -> Diagnosis | None:
    """The axes are in another order."""
    if evidence.rank is None or evidence.rank < 2:
        return None
    for order in itertools.permutations(range(evidence.rank)):
        if order != tuple(range(evidence.rank)) and evidence.holds(partial(np.transpose, axes=order)):
            got = [evidence.axes[k] for k in order]
            return Diagnosis("transposed", words.transposed(got, evidence.axes))
    return None


def _reshaped(evidence: Evidence) -> Diagnosis | None:
    """The numbers are right and in order; axes of 1 were dropped or added, or all is in other rows."""
    kinds = set()
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.shape == truth.shape or answer.size != truth.size:
            return None
        if not _alike(answer.reshape(truth.shape), truth, one.case):
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


def _broadcast(evidence: Evidence) -> Diagnosis | None:
    """A result of (N, N) where (N, 1) or (N,) is meant."""
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        sides = [side for side in truth.shape if side != 1]
        if answer.ndim != 2 or len(sides) != 1 or answer.shape != (sides[0], sides[0]) or answer.shape == truth.shape:
            return None
    return Diagnosis("broadcast", words.broadcast(evidence.axes[0])) if evidence.enough else None


def _not_reduced(evidence: Evidence) -> Diagnosis | None:
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


def _reduced(evidence: Evidence) -> Diagnosis | None:
    """One axis too few: the answer is the sum, mean or largest value of the truth along it, or the whole of it."""
    if not evidence.rank or evidence.same_shape:
        return None
    for name, reduce in REDUCTIONS.items():
        for axis in (None, *range(evidence.rank)):
            for kept in (False, True):
                if evidence.holds(partial(_along, reduce=reduce, axis=axis, kept=kept)):
                    return Diagnosis("reduced", words.reduced(name, None if axis is None else evidence.axes[axis]))
    return None


def _place_of_largest(evidence: Evidence) -> Diagnosis | None:
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


def _a_part(evidence: Evidence) -> Diagnosis | None:
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


def _shape_rule(evidence: Evidence) -> Diagnosis | None:
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


def _other_rank(evidence: Evidence) -> Diagnosis | None:
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


# ---------------------------------------------------------------- relations of values


def _constant(evidence: Evidence) -> Diagnosis | None:
    """The same number everywhere, whatever the inputs."""
    numbers = set()
    for one in evidence.outcomes:
        if not one.given.size or _distinct(one.given) != 1:
            return None
        numbers.add(float(one.given.flat[0]))
    if len(evidence.outcomes) < 3 or len(numbers) != 1 or evidence.outcomes[0].right:
        return None  # what is right at first and then stays may also be kept from the first call
    number = numbers.pop()
    return Diagnosis("constant", words.constant(f"{number:.6g}"))


def _an_input(evidence: Evidence) -> Diagnosis | None:
    """The function gives back one of its inputs."""
    for name in evidence.part.about.arguments:
        if evidence.enough and all(
            isinstance(value := one.case.inputs[name], np.ndarray) and np.array_equal(value, one.given)
            for one in evidence.failing
        ):
            return Diagnosis("an_input", words.an_input(name))
    return None


def _bias(evidence: Evidence) -> Diagnosis | None:
    """The bias is missing, or was added several times."""
    names = [name for name in evidence.part.about.arguments if name in BIASES]
    if not names or not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    counts = []
    for one in evidence.failing:
        bias, truth = one.case.inputs[names[0]], one.case.truth
        if not isinstance(bias, np.ndarray) or not np.any(bias):
            return None
        if bias.size > 1 and (not truth.ndim or truth.shape[-1] != bias.size):
            return None
        largest = int(np.argmax(np.abs(bias)))
        difference = one.given.astype(np.float64) - truth
        column = np.sort(difference[..., largest] if bias.size > 1 else difference, axis=None)
        times = float(column[column.size // 2] / bias.flat[largest])
        if not _alike(one.given, truth + times * bias.astype(np.float64), one.case):
            return None
        counts.append((times + 1, one.case))
    # Where the answer is right, the bias must not be able to tell: it is 0 there, or the count is 1.
    for said, value in ((words.BIAS_MISSING, 0.0), (words.BIAS_DOUBLED, 2.0), (words.BIAS_SUBTRACTED, -1.0)):
        if all(math.isclose(times, value, abs_tol=1e-2) for times, _ in counts):
            still = [one for one in evidence.passing if np.any(one.case.inputs[names[0]])]
            return None if still else Diagnosis(said, words.bias(said))
    for said, of in _sizes_named(counts[0][1], products=True):
        if all(math.isclose(times, of(case), rel_tol=1e-2) for times, case in counts) and _varied(counts, of):
            still = [one for one in evidence.passing if np.any(one.case.inputs[names[0]]) and of(one.case) != 1]
            return None if still else Diagnosis("bias_repeated", words.bias_repeated(said))
    return None


def _bias_given(part: Part, case: KeyCase) -> Any:
    """What the argument that holds the bias was given; None where there is no such argument."""
    return next((case.inputs[name] for name in part.about.arguments if name in BIASES), None)


def _bias_of(part: Part, case: KeyCase) -> Array | None:
    """The bias that is added along the last axis of the result; None where there is none, or several."""
    bias, truth = _bias_given(part, case), case.truth
    if not isinstance(bias, np.ndarray) or bias.ndim != 1 or case.truth.dtype.kind != "f":
        return None
    if bias.size > 1 and (not truth.ndim or truth.shape[-1] != bias.size):
        return None
    return bias.astype(np.float64)


def unwritten(array: Array) -> bool:
    """Whether an answer holds memory that was never written: a child's fresh memory is filled with one byte."""
    size = array.dtype.itemsize
    if size < 4:
        return False
    data = array.tobytes()
    if bytes([UNWRITTEN]) * size not in data:
        return False
    rows = np.frombuffer(data, np.uint8).reshape(-1, size)
    return bool((rows == UNWRITTEN).all(axis=1).any())


def _first_only(bias: Array, shape: tuple[int, ...]) -> Array:
    added = np.zeros(shape)
    added[:1] = bias
    return added


def _along_rows(bias: Array, shape: tuple[int, ...]) -> Array:
    rows = bias[np.arange(shape[0]) % bias.size]
    return np.broadcast_to(rows.reshape(-1, *[1] * (len(shape) - 1)), shape)


OTHER_BIAS: dict[str, Callable[[Array, tuple[int, ...]], Array]] = {
    "first": lambda bias, shape: np.full(shape, bias[0]),
    "last": lambda bias, shape: np.full(shape, bias[-1]),
    "sum": lambda bias, shape: np.full(shape, bias.sum()),
    "mean": lambda bias, shape: np.full(shape, bias.mean()),
    "reversed": lambda bias, shape: np.broadcast_to(bias[::-1], shape),
    "along_rows": _along_rows,
    "first_row": _first_only,
}
"""What may have been added in the bias' place."""


def _bias_elsewhere(evidence: Evidence) -> Diagnosis | None:
    """Apart from the bias all is right: another of its numbers was added, or only in some places."""
    if not evidence.floats or not evidence.finite or not evidence.enough or not evidence.rank:
        return None
    for name, added in OTHER_BIAS.items():
        told = 0
        for one in (*evidence.failing[::-1], *evidence.passing):  # a large one that fails tells soonest
            truth, bias = one.case.truth, _bias_of(evidence.part, one.case)
            if bias is None or not bias.size:
                return None
            if not truth.size or not _alike(one.given, truth - bias + added(bias, truth.shape), one.case):
                break
            told += not one.right
        else:
            if told >= 2:
                return Diagnosis("bias_elsewhere", words.bias_elsewhere(name))
    return None


def _factor(evidence: Evidence, named: bool = False) -> Diagnosis | None:
    """Every value is off by the same factor, which has a name that holds for all cases.

    named: a number that is no size, no usual constant and not whole will not do.
    """
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    factors: list[tuple[float, KeyCase]] = []
    for one in evidence.failing[::-1]:  # a small case may fit by luck
        if one.case.largest == 0:
            return None
        place = int(np.abs(one.case.truth).argmax())
        factor = float(one.given.flat[place]) / float(one.case.truth.flat[place])
        if factor == 0 or abs(factor - 1) < 0.01:
            return None
        if not factors and not _alike(one.given, one.case.truth * factor, one.case):
            return None
        factors.append((factor, one.case))
    factors.reverse()
    sign = math.copysign(1.0, factors[0][0])
    if any(math.copysign(1.0, factor) != sign for factor, _ in factors):
        return None
    sizes = [(abs(factor), case) for factor, case in factors]
    for said, value, of_sizes in _named_factors(sizes, named):
        if not all(math.isclose(factor, value(case), rel_tol=1e-3) for factor, case in sizes):
            continue
        if of_sizes and not _varied(sizes, value):
            continue
        if not all(
            _alike(one.given, one.case.truth * factor, one.case)
            for one, (factor, _) in zip(evidence.failing, factors, strict=True)
        ):
            return None
        # On the cases that pass, the factor must be 1, or the truth too small to tell.
        rest = (one.case for one in evidence.passing)
        if all(_alike(sign * value(case) * case.truth, case.truth, case) for case in rest):
            name = "sign_lost" if sign < 0 and said == "" else "scaled"
            return Diagnosis(name, words.factor(said, negative=sign < 0))
    return None


Named = tuple[str, Callable[[KeyCase], float]]


def _named_factors(
    factors: Sequence[tuple[float, KeyCase]],
    named: bool,
) -> Iterator[tuple[str, Callable[[KeyCase], float], bool]]:
    """(the factor in words, its value on a case, whether that is of sizes), from the plainest on; all positive."""
    constants = {
        "": 1.0,
        "times 2": 2.0,
        "divided by 2": 0.5,
        "times ln 2 = 0.6931": math.log(2),
        "divided by ln 2 = 0.6931: a logarithm to base 2 stands for the natural one": 1 / math.log(2),
        "divided by ln 10 = 2.3026: a logarithm to base 10 stands for the natural one": 1 / math.log(10),
        "times ln 10 = 2.3026": math.log(10),
    }
    for said, number in constants.items():
        yield said, lambda case, number=number: number, False  # type: ignore[misc]
    for products in (False, True):
        for said, of in _sizes_named(factors[0][1], products=products):
            yield f"times {said}", of, True
            yield f"divided by {said}", lambda case, of=of: 1 / of(case), True  # type: ignore[misc]
            if not products:
                yield f"times {said} / 2", lambda case, of=of: of(case) / 2, True  # type: ignore[misc]
                yield f"divided by 2 {said}", lambda case, of=of: 0.5 / of(case), True  # type: ignore[misc]
                yield (
                    f"times {said} / ({said} - 1): divided by {said} - 1 in place of {said}",
                    lambda case, of=of: of(case) / (of(case) - 1) if of(case) > 1 else math.nan,  # type: ignore[misc]
                    True,
                )
    plain = list(_sizes_named(factors[0][1], products=False))
    for (a, of_a), (b, of_b) in itertools.permutations(plain, 2):
        ratio = lambda case, of_a=of_a, of_b=of_b: of_a(case) / of_b(case)  # noqa: E731
        yield f"times {a} / {b}", ratio, True
    constant = factors[0][0]
    if len(factors) >= 3:
        whole = round(constant if constant > 1 else 1 / constant)
        if math.isclose(constant, whole, rel_tol=1e-3):
            yield f"times {whole}", lambda case: constant, False
        elif math.isclose(constant, 1 / whole, rel_tol=1e-3):
            yield f"divided by {whole}", lambda case: constant, False
        elif not named:
            yield f"times {constant:.4g}", lambda case: constant, False


def _sizes_named(case: KeyCase, products: bool) -> Iterator[Named]:
    """(name, its value on a case) of the dims; their squares and products too, where asked for."""
    plain = [letter for letter, size in case.dims.items() if isinstance(size, int)]
    for letter in plain:
        yield letter, partial(_size, letter=letter)
    if products:
        for a, b in itertools.combinations_with_replacement(plain, 2):
            yield f"({a} * {b})", lambda case, a=a, b=b: _size(case, a) * _size(case, b)  # type: ignore[misc]


def _varied(factors: Sequence[tuple[float, KeyCase]], of: Callable[[KeyCase], float]) -> bool:
    """Whether a size differs from case to case, so that a factor cannot meet it by luck."""
    return len({of(case) for _, case in factors}) >= 2


def _size(case: KeyCase, letter: str) -> float:
    size = case.dims.get(letter, 0)
    return float(size) if isinstance(size, int) and size else math.nan


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
        elif not _alike(answer, truth + offset, one.case):
            return None
        offsets.append((offset, one.case))
    larger = offsets[0][0] > 0
    if all(math.isclose(offset, offsets[0][0], rel_tol=1e-3) for offset, _ in offsets):
        return Diagnosis("offset", words.offset(f"the same number, {abs(offsets[0][0]):.4g}", larger))
    for said, of in _sizes_named(offsets[0][1], products=False):
        if _varied(offsets, of) and all(
            math.isclose(offset, math.log(of(case)) * (1 if larger else -1), rel_tol=1e-3) for offset, case in offsets
        ):
            return Diagnosis("offset", words.offset(f"the logarithm of {said}", larger))
    return None


def _classes(evidence: Evidence) -> Diagnosis | None:
    """Classes 0 and 1 under other numbers."""
    if any(one.case.truth.dtype.kind != "i" or not one.case.truth.ndim for one in evidence.failing):
        return None
    if any(not np.isin(one.case.truth, (0, 1)).all() or one.given.dtype.kind not in "iu" for one in evidence.outcomes):
        return None
    for name, change in OTHER_CLASSES.items():
        if evidence.holds(change):
            return Diagnosis("other_classes", words.other_classes(name))
    return None


OTHER_CLASSES: dict[str, Change] = {
    "exchanged": lambda truth: 1 - truth,
    "signs": lambda truth: 2 * truth - 1,
    "from_1": lambda truth: truth + 1,
}


def _whole(evidence: Evidence) -> Diagnosis | None:
    """The values were cut to whole numbers, or to 0 and 1."""
    roundings = {"cut to whole numbers": np.trunc, "rounded down": np.floor, "rounded": np.rint, "rounded up": np.ceil}
    if not evidence.same_shape or not evidence.enough:
        return None
    if any(one.case.truth.dtype.kind != "f" for one in evidence.failing):
        return None
    if not any(np.any(one.given) for one in evidence.failing):
        return None  # nothing but zeros: there is no number that was cut
    for said, rounding in roundings.items():
        if all(
            bool((one.given.astype(np.float64) == rounding(np.round(one.case.truth, 9))).all())
            for one in evidence.failing
        ):
            probabilities = all(
                one.case.truth.min(initial=0) >= 0 and one.case.truth.max(initial=0) <= 1 for one in evidence.failing
            )
            if probabilities and said == "rounded":
                return Diagnosis("rounded_to_a_class", words.rounded_to_a_class())
            return Diagnosis("truncated", words.truncated(said))
    return None


def _decimals(evidence: Evidence) -> Diagnosis | None:
    """The values were rounded to a few decimals."""
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    for number in range(1, 6):
        if all(
            np.abs(one.given - np.round(one.case.truth, number)).max(initial=0.0) <= 1e-6 * max(1, largest(one.given))
            for one in evidence.failing
        ):
            return Diagnosis("rounded", words.rounded(number))
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


def _half(evidence: Evidence) -> Diagnosis | None:
    """The numbers went through float16."""
    if not evidence.floats or not evidence.enough:
        return None
    told = 0
    for one in evidence.failing:
        answer, truth = one.given.astype(np.float64), one.case.truth
        half, meant = answer.astype(np.float16).astype(np.float64), truth.astype(np.float16).astype(np.float64)
        if not np.array_equal(half, answer, equal_nan=True):
            return None
        both = np.isfinite(answer) & np.isfinite(truth)
        if np.abs(answer - truth)[both].max(initial=0.0) > 0.02 * max(largest(truth), 1e-3):
            return None
        told += int((both & (np.abs(meant - truth) > 1e-5 * np.abs(truth))).sum())
    return Diagnosis("float16", words.float16()) if told >= 10 else None


def _softmax(values: Array) -> Array:
    if not values.ndim or not values.shape[-1]:
        return values
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _sigmoid(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-values)))


FUNCTIONS: dict[str, tuple[Change, Change | None]] = {
    "absolute": (np.abs, None),
    "relu": (lambda truth: np.maximum(truth, 0), None),
    "one_minus": (lambda truth: 1 - truth, None),
    "squared": (np.square, None),
    "root": (np.sqrt, None),
    "logarithm": (np.log, np.exp),
    "exponential": (np.exp, np.log),
    "sigmoid_too_many": (_sigmoid, None),
    "sigmoid_missing": (lambda truth: np.log(truth / (1 - truth)), _sigmoid),
    "softmax_too_many": (_softmax, None),
    "softmax_missing": (lambda truth: truth, _softmax),
    "tanh": (np.tanh, None),
    "reciprocal": (lambda truth: 1 / truth, lambda answer: 1 / answer),
}
"""What may have been done to every right value: the change, and where that is not exact enough, how to undo it."""


def _function(evidence: Evidence) -> Diagnosis | None:
    """Every value is a usual function of the right one."""
    if not evidence.floats:
        return None
    for name, (change, undo) in FUNCTIONS.items():
        if undo is None:
            found = evidence.holds(change) and _moved_enough(evidence, change)
        else:
            found = (
                not evidence.passing
                and evidence.undone(undo)
                and sum(_distinct(one.given) for one in evidence.failing) >= 6
            )
        if found:
            return Diagnosis(name, words.function_of(name))
    return None


def _moved_enough(evidence: Evidence, change: Change) -> bool:
    """Whether the change shows on several different values, and is more than a constant."""
    made = [np.asarray(change(one.case.truth)) for one in evidence.failing]
    return _distinct(np.round(np.concatenate([one.ravel() for one in made]), 9)) >= 3


def _clipped(evidence: Evidence) -> Diagnosis | None:
    """The right values, but none beyond a certain number."""
    if not evidence.floats or not evidence.finite or not evidence.enough or len(evidence.failing) < 2:
        return None
    stops: dict[str, list[float]] = {"above": [], "below": []}
    beyond: set[float] = set()
    for one in evidence.failing[::-1]:  # large cases tell soonest that it is none
        answer, truth, off = one.given.astype(np.float64), one.case.truth, one.off
        for side, there in (("above", off & (answer < truth)), ("below", off & (answer > truth))):
            if there.any():
                ends = stops[side]
                ends += [float(answer[there].min()), float(answer[there].max())]
                # The same number in two dtypes may have two texts.
                if max(ends) - min(ends) > 1e-5 * max(map(abs, ends)):
                    return None
        beyond |= set(truth[off].tolist())
    if len(beyond) < 3:
        return None
    low, high = min(stops["below"], default=-math.inf), max(stops["above"], default=math.inf)
    if low >= high or not evidence.holds(lambda truth: np.clip(truth, low, high)):
        return None
    return Diagnosis("clipped", words.clipped(*(f"{one:.4g}" if math.isfinite(one) else "" for one in (low, high))))


def _one_hot(evidence: Evidence) -> Diagnosis | None:
    """1 for each row's largest value, 0 for the others."""
    if evidence.rank != 2 or any(0 in one.case.truth.shape for one in evidence.outcomes):
        return None
    if not any(one.case.truth.shape[1] > 1 for one in evidence.failing):
        return None
    largest = lambda truth: (truth == truth.max(axis=1, keepdims=True)).astype(np.float64)  # noqa: E731
    return Diagnosis("one_hot", words.one_hot()) if evidence.floats and evidence.holds(largest) else None


def _logit(values: Array) -> Array:
    return np.asarray(np.log(values / (1 - values)))


ACTIVATIONS: dict[str, Change] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "exp": np.exp,
    "softplus": lambda z: np.log1p(np.exp(z)),
    "a step": lambda z: (z > 0).astype(np.float64),
    "exp(-z)": lambda z: np.exp(-z),
}
"""What may stand in the sigmoid's place."""

STEEP = 6.0
"""Beyond this many logits a sigmoid is too flat to be undone."""


def _around_sigmoid(evidence: Evidence) -> Diagnosis | None:
    """Right answers are sigmoids: another function stands in its place, or what goes into it is off."""
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    truths = [one.case.truth for one in evidence.outcomes]
    if any(truth.size and (truth.min() < 0 or truth.max() > 1) for truth in truths) or not evidence.rank:
        return None
    if all(truth.ndim == 2 and np.allclose(truth.sum(axis=-1), 1) for truth in truths):
        return None  # probabilities of classes
    made = []
    for one in evidence.outcomes:
        z = _logit(one.case.truth)
        if z.size and float(np.abs(z).max()) <= STEEP:
            slack = Tolerance(0.0, 50 * one.case.tolerance.absolute)
            case = replace(one.case, truth=z, tolerance=slack)
            made.append(Outcome(case, one.given.astype(np.float64), one.right))
    inner = Evidence(evidence.part, made)
    if len(inner.failing) < 3 or not inner.enough:
        return None
    for name, function in ACTIVATIONS.items():
        if all(_alike(one.given, function(one.case.truth), one.case) for one in made):
            return Diagnosis("another_activation", words.another_activation(name))
    undone = [replace(one, answer=_logit(one.given)) for one in made]
    undone = [one for one in undone if _finite(one.given) and np.abs(one.given).max() <= STEEP]
    inner = Evidence(evidence.part, undone)
    if len(inner.failing) < 3:
        return None
    found = _first((_bias, _bias_elsewhere, _factor, _running), inner)
    return None if found is None else replace(found, message=words.before_the_sigmoid(found.message))


def _flipped(evidence: Evidence) -> Diagnosis | None:
    """The result is mirrored along an axis, or along several."""
    if not evidence.rank:
        return None
    for number in range(1, evidence.rank + 1):
        for which in itertools.combinations(range(evidence.rank), number):
            if evidence.holds(partial(np.flip, axis=which)):
                return Diagnosis("flipped", words.flipped([_axis_name(evidence, k) for k in which]))
    return None


def _axis_name(evidence: Evidence, axis: int) -> str:
    """'the rows (H-KH+1)'."""
    return words.axis(PLACES[evidence.rank or 1][axis], evidence.axes[axis])


def _shifted(evidence: Evidence) -> Diagnosis | None:
    """The result is moved by one along an axis: round the end, or with something else at the edge."""
    telling = sum(one.case.truth.size > 2 for one in evidence.failing) >= 2
    if not evidence.rank or not telling or not evidence.same_shape or not evidence.enough:
        return None
    largest_one = max(evidence.failing, key=lambda one: one.case.truth.size)
    for axis in range(evidence.rank):
        for step in (1, -1):
            if not _moved(largest_one, axis, step):
                continue
            if evidence.holds(partial(np.roll, shift=step, axis=axis)):
                return Diagnosis("shifted", words.shifted(_axis_name(evidence, axis), step, round_the_end=True))
            if all(_moved(one, axis, step) for one in evidence.failing):
                return Diagnosis("shifted", words.shifted(_axis_name(evidence, axis), step, round_the_end=False))
    return None


def _moved(one: Outcome, axis: int, step: int) -> bool:
    answer, truth = one.given, one.case.truth
    size = truth.shape[axis]
    if size < 2:
        return False
    rest = np.arange(size - 1)
    here, there = (rest + 1, rest) if step == 1 else (rest, rest + 1)
    kept = np.take(truth, there, axis)
    return bool(np.any(kept)) and _alike(np.take(answer, here, axis), kept, one.case) and _distinct(truth) >= 2


def _repeated(evidence: Evidence) -> Diagnosis | None:
    """Every row, column or channel is the first one, or the last one."""
    if not evidence.rank or not evidence.same_shape:
        return None
    for axis, name in enumerate(PLACES.get(evidence.rank, ())):
        for said, index in (("first", 0), ("last", -1)):
            if evidence.holds(partial(_spread, axis=axis, index=index)):
                return Diagnosis("repeated", words.repeated(name, said))
    return None


def _spread(truth: Array, axis: int, index: int) -> Array:
    return np.broadcast_to(np.take(truth, [index], axis), truth.shape).copy() if truth.shape[axis] else truth


def _running(evidence: Evidence) -> Diagnosis | None:
    """The values are running sums: nothing is set back to 0 in between."""
    if not evidence.rank or not evidence.same_shape:
        return None
    if evidence.rank > 1 and evidence.holds(lambda truth: np.cumsum(truth).reshape(truth.shape)):
        return Diagnosis("running_sum", words.running_sum(""))
    for axis in range(evidence.rank):
        if evidence.holds(partial(np.cumsum, axis=axis)):
            return Diagnosis("running_sum", words.running_sum(_axis_name(evidence, axis)))
    if not evidence.enough:
        return None
    for axis in (None, *range(evidence.rank)):
        if all(_summed_before_bias(evidence.part, one, axis) for one in (*evidence.failing[::-1], *evidence.passing)):
            return Diagnosis(
                "running_sum", words.running_sum("" if axis is None else _axis_name(evidence, axis), bias=True)
            )
    return None


def _summed_before_bias(part: Part, one: Outcome, axis: int | None) -> bool:
    bias = _bias_of(part, one.case)
    if bias is None:
        return False
    products = one.case.truth - bias
    return _alike(one.given, np.cumsum(products, axis=axis).reshape(products.shape) + bias, one.case)


def _rearranged(evidence: Evidence) -> Diagnosis | None:
    """All numbers of the truth are there, each once, in other places."""
    if not evidence.enough or any(one.given.dtype.kind == "b" for one in evidence.failing):
        return None
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.size != truth.size or _distinct(np.round(truth, 6)) < min(3, truth.size):
            return None
        if not np.isfinite(answer.astype(np.float64)).all() or truth.size < 2:
            return None
        if not _alike(np.sort(answer, axis=None), np.sort(truth, axis=None), one.case):
            return None
    return Diagnosis("rearranged", words.rearranged())


def _stale(evidence: Evidence) -> Diagnosis | None:
    """The answers are those of earlier cases: something is kept between calls."""
    if not evidence.enough:
        return None
    cases = {one.case.index: one.case for one in evidence.outcomes}
    for back in ("the case before", "the first case"):
        for one in evidence.failing:
            other = cases.get(one.case.index - 1 if back == "the case before" else min(cases))
            if other is None or other.index == one.case.index or not _alike(one.given, other.truth, other):
                break
            if _alike(one.case.truth, other.truth, one.case):
                break
        else:
            return Diagnosis("stale", words.stale(back))
    if all(_seen_before(one, evidence.outcomes) for one in evidence.failing):
        return Diagnosis("stale", words.stale_somewhere())
    answers = {one.case.index: one.given for one in evidence.outcomes}
    for one in evidence.failing:
        answer, truth, before = one.given, one.case.truth, answers.get(one.case.index - 1)
        if before is None or not truth.ndim or answer.ndim != truth.ndim or before.ndim != truth.ndim:
            return None
        if answer.shape != (len(before) + len(truth), *truth.shape[1:]) or before.shape[1:] != truth.shape[1:]:
            return None
        if not np.array_equal(answer[: len(before)], before) or not _alike(answer[len(before) :], truth, one.case):
            return None
    return Diagnosis("stale", words.kept_growing())


def _seen_before(one: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Whether an earlier case's truth, or the learner's own answer to it, comes again by more than luck."""
    if one.given.dtype.kind != "f" or np.isin(one.given, (0, 1)).all():
        return False
    earlier = [other for other in outcomes if other.case.index < one.case.index]
    return any(
        np.array_equal(one.given, other.given)
        or (one.given.shape == other.case.truth.shape and _alike(one.given, other.case.truth, other.case))
        for other in earlier
    )


# ---------------------------------------------------------------- relations that tell a part


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
    answers = [one.given.astype(np.float64) for one in evidence.failing]
    if evidence.rank == 2 and all(np.allclose(truth.sum(axis=1), 1) for truth in truths if truth.ndim == 2):
        answers = [answer for answer in answers if len(answer) > 1] or answers
        if all(np.abs(answer.sum(axis=1) - 1).max(initial=0.0) > 1e-3 for answer in answers):
            whole = all(abs(answer.sum() - 1) < 1e-4 for answer in answers)
            columns = all(np.allclose(answer.sum(axis=0), 1, atol=1e-4) for answer in answers)
            return Diagnosis("sums", words.sums("all" if whole else "columns" if columns else ""))
    least, most = min(truth.min(initial=0) for truth in truths), max(truth.max(initial=0) for truth in truths)
    below, above = min(one.min(initial=0) for one in answers), max(one.max(initial=0) for one in answers)
    if least >= 0 and most <= 1 and (below < -1e-3 or above > 1 + 1e-3):
        return Diagnosis("out_of_range", words.out_of_range(f"{below:.4g}", f"{above:.4g}"))
    if least >= 0 and below < -1e-3:
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
    insides = [inside for mark in marks if (inside := _inside(mark)) is not None and inside.size]
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


WHOLE: tuple[Relation, ...] = (
    _kind_of_number,
    _constant,
    _an_input,
    _reshaped,
    _permuted,
    _broadcast,
    _bias,
    _factor,
    _classes,
    _wrapped,
    _whole,
    _decimals,
    _function,
    _half,
    _bias_elsewhere,
    _clipped,
    _one_hot,
    _flipped,
    _repeated,
    _running,
    _stale,
    _shifted,
    _not_reduced,
    _reduced,
    _place_of_largest,
    _a_part,
    _rearranged,
    _around_sigmoid,
)
"""Each accounts for every case by itself; the plainest first."""

ROUNDED: tuple[Relation, ...] = (_whole, _decimals, _half)
"""What makes small differences: these do not need more."""

PARTIAL: tuple[Relation, ...] = (
    _shape_rule,
    _other_rank,
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

BESIDES: tuple[Relation, ...] = (_permuted, _reshaped, _bias, partial(_factor, named=True), _flipped)
"""What may come on top of a known mistake."""


# ---------------------------------------------------------------- two at once


ALGEBRA = ("scaled", "bias_missing", "bias_doubled", "bias_subtracted", "bias_repeated")


def _composite(part: Part, evidence: Evidence) -> tuple[Diagnosis, ...]:
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
            outcomes.append(Outcome(case, one.given, _alike(one.given, case.truth, one.case)))
        if len(outcomes) < len(evidence.outcomes) or all(one.right for one in outcomes):
            continue
        found = _first(BESIDES, Evidence(part, outcomes))
        if found is not None and found.mistake == "transposed" and not _same_shapes(outcomes, evidence):
            return (Diagnosis(mistake["name"], mistake["message"], explained=True),)  # of a shape that is nobody's
        # A bias that is counted differently and a factor can make the same numbers as another factor by itself.
        if found is None or ("bias" in mistake["name"] and found.mistake in ALGEBRA):
            continue
        told = sum(
            not _alike(made.case.truth, one.case.truth, one.case)
            for made, one in zip(outcomes, evidence.outcomes, strict=True)
        )
        if told >= 3:
            first = Diagnosis(mistake["name"], mistake["message"], explained=True)
            return first, Diagnosis(found.mistake, words.besides(found.message))
    return ()


def _same_shapes(made: Sequence[Outcome], evidence: Evidence) -> bool:
    """Whether a known mistake's answers have the right shapes."""
    return all(a.case.truth.shape == b.case.truth.shape for a, b in zip(made, evidence.outcomes, strict=True))


def _pair(part: Part, evidence: Evidence) -> tuple[Diagnosis, ...]:
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
    first, second = found[0]
    return (
        Diagnosis(first["name"], first["message"], explained=True),
        Diagnosis(second["name"], words.besides(second["message"]), explained=True),
    )


def _added(a: Array, b: Array, truth: Array) -> Array:
    made: Array = a + b - truth
    return made


def _multiplied(a: Array, b: Array, truth: Array) -> Array:
    made: Array = a * b / truth
    return made


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
        return _alike(np.where(zeros, 0, one.given), np.where(zeros, 0, made), one.case)
    return _alike(one.given, made, one.case)


def _perhaps_made_by(one: Outcome, rows: Array, both: Both) -> Array:
    """For each two of `rows`, whether they may make the answer: a look at all of them at once."""
    truth, given = one.case.truth.ravel(), one.given.ravel()
    made = np.where(truth == 0, given, both(rows[:, None], rows[None], truth))
    sizes = np.abs(made)
    grown = np.maximum(1.0, sizes.max(axis=-1) / max(one.case.largest, 1e-30))
    near = one.case.tolerance.absolute * SLACK * grown[..., None] + one.case.tolerance.relative * sizes
    # Where what is made holds nan or inf, nothing is told: nan compares as false.
    perhaps: Array = ~(np.abs(made - given) > near).any(axis=-1)
    return perhaps


def _explains(evidence: Evidence, names: tuple[str, str], both: Both) -> bool:
    """Whether two mistakes together make every answer, and each of them shows on several of the failing cases."""
    told = [0, 0]
    for one in (*evidence.failing, *evidence.passing):
        a, b = (_of_same_kind(one, name) for name in names)
        if a is None or b is None or not _made_by(one, a, b, both):
            return False
        for k, array in enumerate((a, b)):
            told[k] += not one.right and not _alike(array, one.case.truth, one.case)
    return min(told) >= 3


def _related(part: Part, one: Outcome, names: Sequence[str]) -> list[str]:
    """The mistakes from whose answers any of `BESIDES` could lead to the learner's: a quick look at all at once."""
    if not one.given.size or not _finite(one.given):
        return []
    recorded = {name: one.case.mistakes.get(name) for name in names}
    arrays = {
        name: array
        for name, array in recorded.items()
        if isinstance(array, np.ndarray) and array.size == one.given.size and _finite(array)
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
    named = [value(one.case) for _, value, _ in _named_factors([(1.0, one.case)], named=True)]
    near = np.isclose(factor[:, None], named, rtol=2e-3).any(axis=1) | ~np.isfinite(factor)
    whole = np.maximum(factor, 1 / factor)
    near |= np.isclose(whole, np.rint(whole), rtol=2e-3)
    bias = _bias_given(part, one.case)
    if isinstance(bias, np.ndarray) and bias.size == 1 and bias.any():
        times = (one.given.ravel() - made) / float(bias.flat[0]) + 1
        counts = [0.0, 2.0, -1.0, *(value(one.case) for _, value in _sizes_named(one.case, products=True))]
        near |= np.isclose(times[:, None], counts, rtol=2e-2, atol=2e-2).any(axis=1)
    return np.asarray(near)


def _by_biases(part: Part, one: Outcome, made: Array, largest_of_each: Array) -> Array:
    """For each row of `made`, whether the answer differs from it by as many biases everywhere."""
    bias = _bias_given(part, one.case)
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


# ---------------------------------------------------------------- where right and wrong part


def _parting(outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """A plain property of the failing cases: all of them have it, and no other case, or hardly one."""
    wrong = [one for one in outcomes if not one.right]
    right = [one for one in outcomes if one.right]
    if len(right) < 2 or len(wrong) < 2:
        return None
    if all(one.right for one in outcomes[: len(right)]):
        return None  # from some call on all is wrong: the calls before may be the reason, and larger cases come later
    raised = all(one.kind == "raised" for one in wrong)
    rare = None
    fitting = [
        (name, said, sum(holds(one.case) for one in right))
        for name, said, holds in _properties(outcomes)
        if all(holds(one.case) for one in wrong)
    ]
    exact = [name for name, _, among in fitting if not among]
    if exact.count("where_sides_differ") > 1:
        letters = [name for name, size in outcomes[0].case.dims.items() if isinstance(size, int)]
        among_them = [
            a
            for a in letters
            if any(a in said.split() for name, said, n in fitting if name == "where_sides_differ" and not n)
        ]
        if all(len({tuple(_sizes(one.case, a)) for a in among_them}) == 1 for one in right):
            return Diagnosis("where_sides_differ", words.right_where_equal(among_them, raised=raised))
    for name, said, among in fitting:
        if name in OF_DIMS and exact.count(name) > 1:
            continue  # which of them it is, nobody can tell
        if not among:
            return Diagnosis(name, words.right_except(said, raised=raised))
        if rare is None and name != "where_large" and 2 * among <= len(wrong) and len(right) - among >= 5:
            rare = Diagnosis(name, words.wrong_only(said, raised=raised))
    families = list(dict.fromkeys(one.case.family for one in wrong))
    if len(families) == 1 and families[0] not in {one.case.family for one in right}:
        return Diagnosis("one_family", words.right_except(f'in the cases of the family "{families[0]}"', raised=raised))
    return rare


OF_DIMS = ("where_not_one", "where_sides_differ", "where_larger", "where_even")
"""Properties of dims, of which one may fit because another does."""

Property = tuple[str, str, Callable[[KeyCase], bool]]


def _properties(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """(name, words, whether a case has it), from the plainest on."""
    names = list(dict.fromkeys(letter for one in outcomes for letter in one.case.dims))
    for letter in names:
        yield "where_one", f"where {letter} is 1", lambda case, x=letter: _sizes(case, x) == [1]  # type: ignore[misc]
    yield "where_one", "where the result has an axis of size 1", lambda case: 1 in case.truth.shape
    for argument in outcomes[0].case.inputs:
        yield (
            "where_one",
            f"where {argument} has an axis of size 1",
            lambda case, x=argument: any(1 in one.shape for one in _arrays(case, x)),  # type: ignore[misc]
        )
    for letter in names:
        yield (
            "where_not_one",
            "where there is more than one layer" if letter == "D" else f"where {letter} is more than 1",
            lambda case, x=letter: any(size > 1 for size in _sizes(case, x)),  # type: ignore[misc]
        )
    if "D" in names:
        yield "where_deep", "where there are more than 2 layers", lambda case: max(_sizes(case, "D"), default=0) > 2
    yield from _words_given(outcomes)
    yield from _divisions(outcomes)
    yield "where_whole_numbers", "where an input holds whole numbers (an integer dtype)", _has_integers(outcomes)
    yield "where_large", "where inputs are large (beyond 80)", _is_large
    yield from _certain(outcomes)
    for a, b in itertools.combinations(names, 2):
        yield (
            "where_sides_differ",
            f"where {a} and {b} differ",
            lambda case, a=a, b=b: _sizes(case, a) != _sizes(case, b),  # type: ignore[misc]
        )
    if sum(not one.right for one in outcomes) < 3 or sum(one.right for one in outcomes) < 4:
        return  # too few, so that what follows could fit by luck
    for letter in names:
        if letter == "D":
            continue
        for said, parity in (("even", 0), ("odd", 1)):
            yield (
                "where_even",
                f"where {letter} is {said}",
                lambda case, x=letter, parity=parity: any(size % 2 == parity for size in _sizes(case, x)),  # type: ignore[misc]
            )
    for a, b in itertools.permutations(names, 2):
        yield (
            "where_larger",
            f"where {a} is larger than {b}",
            lambda case, a=a, b=b: max(_sizes(case, a), default=0) > max(_sizes(case, b), default=0),  # type: ignore[misc]
        )
    yield "where_negative", "where all right values are negative", lambda case: bool(case.truth.max(initial=-1) < 0)
    yield "where_negative", "where a right value is negative", lambda case: bool(case.truth.min(initial=0) < 0)


def _words_given(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """An argument is a certain word."""
    for name, value in outcomes[0].case.inputs.items():
        if isinstance(value, str):
            for word in dict.fromkeys(one.case.inputs[name] for one in outcomes):
                yield (
                    "where_word",
                    f'where {name} is "{word}"',
                    lambda case, name=name, word=word: case.inputs[name] == word,  # type: ignore[misc]
                )


def _divisions(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """A size of the result is a quotient that does not come out even."""
    seen = dict.fromkeys(axis for one in outcomes for axis in one.case.returns.split() if "//" in axis)
    for above, below in dict.fromkeys(re.findall(r"\(([\w+*-]+?)\)//(\w+)", " ".join(seen))):
        plain = above.removesuffix(f"+{below}-1")

        def remains(case: KeyCase, plain: str = plain, below: str = below) -> bool:
            return evaluate(f"({plain})-({plain})//{below}*{below}", case.dims) != 0

        spaced = plain.replace("-", " - ")
        yield "where_a_rest_is_left", f"where {spaced} is not a multiple of {below}", remains
        yield "where_no_rest_is_left", f"where {spaced} is a multiple of {below}", _not(remains)


def _not(holds: Callable[[KeyCase], bool]) -> Callable[[KeyCase], bool]:
    return lambda case: not holds(case)


def _certain(outcomes: Sequence[Outcome]) -> Iterator[Property]:
    """A probability among the inputs is exactly 0 or 1."""
    for name, value in outcomes[0].case.inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            probabilities = all(
                one.case.inputs[name].min(initial=0) >= 0 and one.case.inputs[name].max(initial=0) <= 1
                for one in outcomes
            )
            if probabilities:
                yield (
                    "where_certain",
                    f"where a value of {name} is exactly 0 or 1",
                    lambda case, name=name: bool(np.isin(case.inputs[name], (0, 1)).any()),  # type: ignore[misc]
                )


def _sizes(case: KeyCase, letter: str) -> list[int]:
    size = case.dims.get(letter)
    return [] if size is None else sorted(set(size)) if isinstance(size, list) else [size]


def _arrays(case: KeyCase, *arguments: str) -> Iterable[Array]:
    """The arrays of these arguments, or of all."""
    for value in [case.inputs[name] for name in arguments or case.inputs]:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, np.ndarray):
                yield one


def _has_integers(outcomes: Sequence[Outcome]) -> Callable[[KeyCase], bool]:
    """Whether an argument that is a float array elsewhere holds integers in this case."""
    floats = {
        name
        for one in outcomes
        for name, value in one.case.inputs.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    }
    return lambda case: any(case.inputs[name].dtype.kind in "iu" for name in floats)


def _is_large(case: KeyCase) -> bool:
    return max((largest(one) for one in _arrays(case)), default=0.0) > 80


# ---------------------------------------------------------------- the place of the error


PLACES = {
    1: ("entry",),
    2: ("row", "column"),
    3: ("row", "column", "channel"),
    4: ("image", "row", "column", "channel"),
}
"""What the axes of a result are called, by rank."""

MAP_ROWS, MAP_COLUMNS = 12, 24
"""The largest map that is drawn."""


def place_of(wrong: Array, case: KeyCase, alike: Sequence[str] = ()) -> str:
    """Which values are wrong, in words; "" where all are, or one is, or no plain words fit.

    wrong: bool array of the truth's shape. alike: the arguments that have the result's axes.
    """
    if wrong.all() or wrong.sum() < 2 or wrong.ndim not in PLACES or wrong.size < 4:
        return ""
    return _by_axes(wrong) or _border(wrong) or _by_value(wrong, case, alike)


def _by_axes(wrong: Array) -> str:
    """Wrong is a box of whole rows, columns, channels: which ones."""
    names = PLACES[wrong.ndim]
    axes = range(wrong.ndim)
    sets = [np.flatnonzero(wrong.any(axis=tuple(k for k in axes if k != axis))) for axis in axes]
    box = np.zeros_like(wrong)
    box[np.ix_(*sets)] = True
    if not np.array_equal(box, wrong):
        return ""
    parts = [
        words.which(names[k], found.tolist(), wrong.shape[k])
        for k, found in enumerate(sets)
        if len(found) < wrong.shape[k]
    ]
    return words.box(parts) if all(parts) else ""


def _border(wrong: Array) -> str:
    """Wrong lies on the border of the image only."""
    inside = _inside(wrong)
    return words.border() if inside is not None and inside.size and not inside.any() else ""


def _inside(marks: Array) -> Array | None:
    """What is left of an image, or of images, without their border; None where there is no image."""
    if marks.ndim == 2:
        return marks[1:-1, 1:-1]
    return marks[:, 1:-1, 1:-1] if marks.ndim == 4 else None


def _by_value(wrong: Array, case: KeyCase, alike: Sequence[str]) -> str:
    """Wrong is exactly where an input, or the right value, is negative, or so large that exp() overflows."""
    candidates = {"the right value": case.truth, **{name: case.inputs[name] for name in alike}}
    for name, values in candidates.items():
        if not isinstance(values, np.ndarray) or values.shape != wrong.shape or values.dtype.kind != "f":
            continue
        inside, outside = values[wrong], values[~wrong]
        if not np.isfinite(values).all() or min(len(inside), len(outside)) < 2:
            continue
        if inside.max() < 0 <= outside.min():
            return words.where_value(name, "negative")
        if inside.min() > 0 >= outside.max():
            return words.where_value(name, "positive")
        if values is not case.truth and inside.min() > outside.max() and inside.min() > 80:
            return words.where_value(name, f"{inside.min():.4g} or more")
        if values is not case.truth and inside.max() < outside.min() and inside.max() < -80:
            return words.where_value(name, f"{inside.max():.4g} or less")
    return ""


def values_map(wrong: Array) -> list[str]:
    """A small map: "x" where the result is wrong, "." where it is right; [] where it is no help.

    Of a result of rank 3 or 4 it shows the first image and channel that hold a wrong value.
    """
    if wrong.ndim not in PLACES or wrong.all() or not wrong.any():
        return []
    first = [int(k) for k in np.argwhere(wrong)[0]]
    index: list[slice | int] = [slice(None)] * wrong.ndim
    for axis in {3: (2,), 4: (0, 3)}.get(wrong.ndim, ()):
        index[axis] = first[axis]
    part = wrong[tuple(index)]
    rows = part.reshape(1, -1) if part.ndim == 1 else part
    if rows.size < 6 or rows.all() or rows.shape[0] > MAP_ROWS or rows.shape[1] > MAP_COLUMNS:
        return []
    shown = ", ".join(":" if isinstance(one, slice) else str(one) for one in index)
    return [
        words.map_title(f"out[{shown}]" if wrong.ndim > 2 else ""),
        *(" ".join("x" if one else "." for one in row) for row in rows),
    ]
