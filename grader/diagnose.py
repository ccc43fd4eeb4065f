"""Why an answer is wrong: a known mistake, a relation to the truth, the place of the error. Pure functions.

A mistake is claimed only where it accounts for every case: its recorded output equals the learner's wherever both are
there, right cases included. A relation (transposed, a factor, another case's answer) is claimed only where it holds on
every case that fails, and with one meaning on all of them. Where two claims fit alike, none is made.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader import words
from grader.compare import Tolerance, compare
from grader.key import KeyCase, Part
from grader.report import Diagnosis

SLACK = 10.0
"""A learner's version of a mistake may round differently from the page's; both are as far from it as honest ones."""


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    answer: the array that came back; None where none did.
    right: whether it was right.
    """

    case: KeyCase
    answer: np.ndarray | None
    right: bool


def diagnose(part: Part, outcomes: Sequence[Outcome]) -> tuple[Diagnosis, ...]:
    """The best account of the failures: at most one mistake or relation, and where right and wrong cases part."""
    failing = [one for one in outcomes if not one.right]
    if not failing:
        return ()
    named = _known_mistake(part, outcomes)
    if named is not None:
        return (named,)
    found: list[Diagnosis] = []
    if all(one.answer is not None for one in failing):
        relation = _relation(part, outcomes, failing)
        if relation is not None:
            found.append(relation)
    where = _parting(part, outcomes)
    if where is not None:
        found.append(where)
    return tuple(found)


# ---------------------------------------------------------------- known mistakes


def _known_mistake(part: Part, outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """The one known mistake that accounts for every case, if there is exactly one."""
    fitting = [
        mistake
        for mistake in part.about.mistakes
        if all(_accounts(one, one.case.mistakes.get(mistake["name"])) for one in outcomes)
        and any(isinstance(one.case.mistakes.get(mistake["name"]), np.ndarray) for one in outcomes if not one.right)
    ]
    if len(fitting) != 1:
        return None
    return Diagnosis(fitting[0]["name"], fitting[0]["message"], explained=True)


def _accounts(outcome: Outcome, recorded: np.ndarray | str | None) -> bool:
    """Whether the recorded output of a mistake is the learner's: the same numbers, or an exception on both sides."""
    if isinstance(recorded, np.ndarray):
        return outcome.answer is not None and _alike(outcome.answer, recorded, outcome.case)
    return outcome.answer is None


def _alike(answer: np.ndarray, other: np.ndarray, case: KeyCase) -> bool:
    """Whether two arrays agree in shape, kind of number and, to rounding, in every value."""
    if answer.shape != other.shape:
        return False
    whole = {"i": "whole", "u": "whole", "b": "truth", "f": "float"}
    if whole[answer.dtype.kind] != whole[other.dtype.kind]:
        return False
    if answer.dtype.kind != "f":
        return bool((answer == other).all())
    other = other.astype(np.float64)
    return compare(answer, other, _slack(case, other)).right


def _slack(case: KeyCase, other: np.ndarray) -> Tolerance:
    """The case's tolerance, widened, for numbers of the size of `other` instead of the truth's."""
    size, usual = _largest(other), _largest(case.truth)
    grown = max(1.0, size / usual) if usual > 0 else max(1.0, size)
    smallest = 1e-6 * size if case.tolerance.relative else 0.0
    return Tolerance(case.tolerance.relative and 1e-5, max(case.tolerance.absolute * SLACK * grown, smallest))


def _largest(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)]) if array.dtype.kind == "f" else np.abs(array)
    return float(finite.max(initial=0.0))


# ---------------------------------------------------------------- relations to the truth


Relation = Callable[[Part, Sequence[Outcome], Sequence[Outcome]], "Diagnosis | None"]


def _relation(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The first relation that holds on every failing case, from the plainest on."""
    for relation in RELATIONS:
        found = relation(part, outcomes, failing)
        if found is not None:
            return found
    return None


def _answers(failing: Sequence[Outcome]) -> Iterator[tuple[np.ndarray, np.ndarray, KeyCase]]:
    for one in failing:
        assert one.answer is not None
        yield one.answer, one.case.truth, one.case


def _everywhere(failing: Sequence[Outcome], changed: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether the truth, changed in this way, is the answer of every failing case."""
    return all(_alike(answer, changed(truth), case) for answer, truth, case in _answers(failing))


def _kind_of_number(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The values are right, their kind (bool, float for whole numbers) is not."""
    for answer, truth, _ in _answers(failing):
        if answer.shape != truth.shape or answer.dtype.kind == truth.dtype.kind:
            return None
        if not (answer.astype(np.float64) == truth.astype(np.float64)).all():
            return None
    first = failing[0].answer
    assert first is not None
    return Diagnosis("kind_of_number", words.kind_of_number(first.dtype.name))


def _permuted(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The axes are in another order."""
    rank = failing[0].case.truth.ndim
    axes = failing[0].case.returns.split()
    for order in itertools.permutations(range(rank)):
        if order == tuple(range(rank)) or any(one.case.truth.ndim != rank for one in failing):
            continue
        if _everywhere(failing, partial(np.transpose, axes=order)):
            return Diagnosis("transposed", words.transposed([axes[k] for k in order], axes))
    return None


def _reshaped(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The numbers are right and in order; axes of 1 were dropped or added, or all is in other rows."""
    kinds = set()
    for answer, truth, case in _answers(failing):
        if answer.shape == truth.shape or answer.size != truth.size:
            return None
        if not _alike(answer.reshape(truth.shape), truth, case):
            return None
        plain = [side for side in truth.shape if side != 1] == [side for side in answer.shape if side != 1]
        kinds.add("other" if not plain else "dropped" if answer.ndim < truth.ndim else "added")
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    names = {"dropped": "axis_dropped", "added": "axis_added", "other": "reshaped"}
    only_ones = {"dropped", "added"} >= {kind} and any(one.right for one in outcomes)
    return Diagnosis(names[kind], words.reshaped(kind, only_ones, len(failing[0].case.truth.shape)))


def _broadcast(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """A result of (N, N) where (N, 1) or (N,) is meant."""
    for answer, truth, _ in _answers(failing):
        sides = [side for side in truth.shape if side != 1]
        if answer.ndim != 2 or len(sides) != 1 or answer.shape != (sides[0], sides[0]) or answer.shape == truth.shape:
            return None
    return Diagnosis("broadcast", words.broadcast(failing[0].case.returns.split()[0]))


def _factor(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """Every value is off by the same factor, which has a name that holds for all cases."""
    factors = []
    for answer, truth, case in _answers(failing):
        if answer.shape != truth.shape or truth.dtype.kind != "f" or not np.isfinite(answer).all():
            return None
        largest = _largest(truth)
        if largest == 0:
            return None
        place = np.unravel_index(np.argmax(np.abs(truth)), truth.shape)
        factor = float(answer[place]) / float(truth[place])
        if factor == 0 or not _alike(answer, truth * factor, case):
            return None
        factors.append((factor, case))
    if len(factors) < 2 and len(outcomes) > 1:
        return None
    for name, said, value in _named_factors(factors):
        if all(math.isclose(factor, value(case), rel_tol=1e-3) for factor, case in factors):
            # On the cases that pass, the factor must be 1 (or the truth 0).
            rest = [one for one in outcomes if one.right]
            if all(math.isclose(value(one.case), 1.0, rel_tol=1e-3) or _largest(one.case.truth) == 0 for one in rest):
                return Diagnosis(name, words.factor(said))
    return None


def _named_factors(
    factors: Sequence[tuple[float, KeyCase]],
) -> Iterator[tuple[str, str, Callable[[KeyCase], float]]]:
    """(relation, the factor in words, its value on a case), from the plainest on."""
    yield "sign_lost", "-1: the sign is lost", lambda case: -1.0
    constants = {
        "2": 2.0,
        "1/2": 0.5,
        "ln 2 (a logarithm to base 2?)": math.log(2),
        "1/ln 2 (base 2?)": 1 / math.log(2),
    }
    constants["1/ln 10 (base 10?)"] = 1 / math.log(10)
    for said, value in constants.items():
        yield "scaled", said, lambda case, value=value: value  # type: ignore[misc]
    letters = [letter for letter, size in factors[0][1].dims.items() if isinstance(size, int)]
    for one in letters:
        yield "scaled", one, lambda case, one=one: _size(case, one)  # type: ignore[misc]
        yield "scaled", f"1/{one}", lambda case, one=one: 1 / _size(case, one)  # type: ignore[misc]
    for a, b in itertools.combinations_with_replacement(letters, 2):
        yield "scaled", f"{a} * {b}", lambda case, a=a, b=b: _size(case, a) * _size(case, b)  # type: ignore[misc]
        yield "scaled", f"1/({a} * {b})", lambda case, a=a, b=b: 1 / (_size(case, a) * _size(case, b))  # type: ignore[misc]
    constant = factors[0][0]
    yield "scaled", f"{constant:.4g}", lambda case: constant


def _size(case: KeyCase, letter: str) -> float:
    size = case.dims.get(letter, 0)
    return float(size) if isinstance(size, int) and size else math.nan


def _bias(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The bias is missing, or was added several times."""
    names = [name for name in part.about.arguments if name in ("b", "bias", "biases")]
    if not names:
        return None
    counts = set()
    for answer, truth, case in _answers(failing):
        bias = case.inputs[names[0]]
        if not isinstance(bias, np.ndarray) or answer.shape != truth.shape or truth.dtype.kind != "f":
            return None
        if not np.isfinite(answer).all():
            return None
        difference = answer - truth
        if not np.any(bias):
            return None
        largest = int(np.argmax(np.abs(bias)))
        beside = (
            difference[..., largest if truth.shape and truth.shape[-1] == bias.size else 0]
            if truth.shape
            else difference
        )
        times = float(np.median(beside) / bias[largest])
        if not _alike(answer, truth + times * bias.astype(np.float64), case):
            return None
        counts.add(round(times, 2))
    if len(counts) != 1:
        return None
    times = counts.pop()
    if times == -1:
        return Diagnosis("bias_missing", words.bias_missing(names[0]))
    if times == 1:
        return Diagnosis("bias_doubled", words.bias_doubled(names[0]))
    if times == -2:
        return Diagnosis("bias_subtracted", words.bias_subtracted(names[0]))
    return None


def _offset(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """Every value is off by the same number."""
    offsets = []
    for answer, truth, case in _answers(failing):
        if answer.shape != truth.shape or not truth.size or not np.isfinite(answer.astype(np.float64)).all():
            return None
        offset = float(answer.flat[0]) - float(truth.flat[0])
        if truth.dtype.kind != "f":
            if not (answer.astype(np.float64) - truth == offset).all():
                return None
        elif not _alike(answer, truth + offset, case):
            return None
        offsets.append(offset)
    if len(failing) < 2 or any(not math.isclose(one, offsets[0], rel_tol=1e-3) for one in offsets):
        return None
    if any(one.right for one in outcomes):
        return None
    return Diagnosis("offset", words.offset(f"{offsets[0]:+.4g}"))


def _whole(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The values were cut to whole numbers."""
    roundings = {"cut to whole numbers": np.trunc, "rounded down": np.floor, "rounded": np.rint, "rounded up": np.ceil}
    for said, rounding in roundings.items():
        exact = all(
            answer.shape == truth.shape
            and truth.dtype.kind == "f"
            and (answer.astype(np.float64) == rounding(np.round(truth, 9))).all()
            for answer, truth, _ in _answers(failing)
        )
        if exact:
            return Diagnosis("truncated", words.truncated(said))
    return None


def _half(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The numbers went through float16."""
    for answer, truth, _ in _answers(failing):
        if answer.shape != truth.shape or answer.dtype.kind != "f" or truth.dtype.kind != "f":
            return None
        with np.errstate(over="ignore"):
            half = answer.astype(np.float16).astype(np.float64)
        if not np.array_equal(half, answer.astype(np.float64), equal_nan=True):
            return None
        if np.isfinite(answer).all() and float(np.abs(answer - truth).max(initial=0.0)) > 0.02 * max(
            _largest(truth), 1e-3
        ):
            return None
    return Diagnosis("float16", words.float16())


def _flipped(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The result is mirrored along an axis, or along several."""
    rank = failing[0].case.truth.ndim
    axes = failing[0].case.returns.split()
    if any(one.case.truth.ndim != rank for one in failing):
        return None
    for number in range(1, rank + 1):
        for which in itertools.combinations(range(rank), number):
            if _everywhere(failing, partial(np.flip, axis=which)):
                return Diagnosis("flipped", words.flipped([axes[k] for k in which]))
    return None


def _shifted(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The result is moved by one along an axis: round the end, or with something else at the edge."""
    rank = failing[0].case.truth.ndim
    axes = failing[0].case.returns.split()
    telling = sum(one.case.truth.size > 2 for one in failing) >= 2
    if not telling or any(one.case.truth.ndim != rank for one in failing):
        return None
    for axis in range(rank):
        for step in (1, -1):
            if _everywhere(failing, partial(np.roll, shift=step, axis=axis)):
                return Diagnosis("shifted", words.shifted(axes[axis], step, round_the_end=True))
            if all(_moved(answer, truth, axis, step, case) for answer, truth, case in _answers(failing)):
                return Diagnosis("shifted", words.shifted(axes[axis], step, round_the_end=False))
    return None


def _moved(answer: np.ndarray, truth: np.ndarray, axis: int, step: int, case: KeyCase) -> bool:
    size = truth.shape[axis]
    if answer.shape != truth.shape or size < 2:
        return False
    rest = np.arange(size - 1)
    here, there = (rest + 1, rest) if step == 1 else (rest, rest + 1)
    return _alike(np.take(answer, here, axis), np.take(truth, there, axis), case)


def _stale(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The answers are those of earlier cases: something is kept between calls."""
    if len(failing) < 2:
        return None
    before: Mapping[int, Outcome] = {one.case.index: one for one in outcomes}
    cases = {one.case.index: one.case for one in outcomes}
    for back in ("the case before", "the first case"):
        fits = True
        for answer, truth, case in _answers(failing):
            other = cases.get(case.index - 1 if back == "the case before" else min(before))
            if other is None or other.index == case.index or not _alike(answer, other.truth, other):
                fits = False
                break
            if _alike(truth, other.truth, case):
                fits = False
                break
        if fits:
            return Diagnosis("stale", words.stale(back))
    return None


def _constant(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The same number everywhere, whatever the inputs."""
    numbers = set()
    for one in outcomes:
        if one.answer is None or not one.answer.size or len(np.unique(one.answer)) != 1:
            return None
        numbers.add(float(one.answer.flat[0]))
    if len(outcomes) < 3 or len(numbers) != 1:
        return None
    return Diagnosis("constant", words.constant(f"{numbers.pop():.6g}"))


def _an_input(part: Part, outcomes: Sequence[Outcome], failing: Sequence[Outcome]) -> Diagnosis | None:
    """The function gives back one of its inputs."""
    for name in part.about.arguments:
        inputs = [one.case.inputs[name] for one in failing]
        if all(
            isinstance(value, np.ndarray) and one.answer is not None and np.array_equal(value, one.answer)
            for value, one in zip(inputs, failing, strict=True)
        ):
            return Diagnosis("an_input", words.an_input(name))
    return None


RELATIONS: tuple[Relation, ...] = (
    _kind_of_number,
    _reshaped,
    _permuted,
    _broadcast,
    _constant,
    _an_input,
    _bias,
    _factor,
    _offset,
    _whole,
    _half,
    _flipped,
    _stale,
    _shifted,
)


# ---------------------------------------------------------------- where right and wrong part


def _parting(part: Part, outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """A plain property that exactly the failing cases have: "right except where N = 1"."""
    wrong = [one for one in outcomes if not one.right]
    right = [one for one in outcomes if one.right]
    if not right or len(wrong) < 2:
        return None
    for name, said, holds in _properties(outcomes):
        if all(holds(one.case) for one in wrong) and not any(holds(one.case) for one in right):
            return Diagnosis(name, words.right_except(said))
    families = list(dict.fromkeys(one.case.family for one in wrong))
    if len(families) == 1 and families[0] not in {one.case.family for one in right}:
        return Diagnosis("one_family", words.right_except(f'in the cases of the family "{families[0]}"'))
    return None


def _properties(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str, Callable[[KeyCase], bool]]]:
    """(name, words, whether a case has it)."""
    letters = list(dict.fromkeys(letter for one in outcomes for letter in one.case.dims))
    for letter in letters:
        yield "where_one", f"where {letter} is 1", lambda case, x=letter: _sizes(case, x) == [1]  # type: ignore[misc]
    for letter in letters:
        yield (
            "where_not_one",
            f"where {letter} is more than 1: only the first is right?",
            lambda case, x=letter: any(size > 1 for size in _sizes(case, x)),  # type: ignore[misc]
        )
    for a, b in itertools.combinations(letters, 2):
        yield (
            "where_sides_differ",
            f"where {a} and {b} differ: is one taken for the other?",
            lambda case, a=a, b=b: _sizes(case, a) != _sizes(case, b),  # type: ignore[misc]
        )
    for a, b in itertools.permutations(letters, 2):
        yield (
            "where_larger",
            f"where {a} is larger than {b}",
            lambda case, a=a, b=b: max(_sizes(case, a), default=0) > max(_sizes(case, b), default=0),  # type: ignore[misc]
        )
    yield "where_whole_numbers", "where an input holds whole numbers (an integer dtype)", _has_integers
    yield "where_large", "where inputs are large (above 80): does exp() overflow?", lambda case: _input_size(case) > 80


def _sizes(case: KeyCase, letter: str) -> list[int]:
    size = case.dims.get(letter)
    return [] if size is None else sorted(set(size)) if isinstance(size, list) else [size]


def _arrays(case: KeyCase) -> Iterable[np.ndarray]:
    for value in case.inputs.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, np.ndarray):
                yield one


def _has_integers(case: KeyCase) -> bool:
    return all(
        isinstance(value, np.ndarray) and value.dtype.kind == "i" for name, value in list(case.inputs.items())[:1]
    )


def _input_size(case: KeyCase) -> float:
    return max((_largest(one) for one in _arrays(case)), default=0.0)


# ---------------------------------------------------------------- the place of the error


PLACES = {
    1: ("entry",),
    2: ("row", "column"),
    3: ("row", "column", "channel"),
    4: ("image", "row", "column", "channel"),
}
"""What the axes of a result are called, by rank."""


def place_of(wrong: np.ndarray, case: KeyCase) -> str:
    """Which values are wrong, in words; "" where all are, or no plain words fit.

    wrong: bool array of the truth's shape.
    """
    if wrong.all() or not wrong.any() or wrong.ndim not in PLACES:
        return ""
    for described in (_by_axes(wrong), _border(wrong), _by_value(wrong, case)):
        if described:
            return described
    return ""


def _by_axes(wrong: np.ndarray) -> str:
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


def _border(wrong: np.ndarray) -> str:
    """Wrong lies on the border of the image only."""
    if wrong.ndim not in (2, 4):
        return ""
    rows, columns = (0, 1) if wrong.ndim == 2 else (1, 2)
    inside = [slice(None)] * wrong.ndim
    inside[rows] = inside[columns] = slice(1, -1)
    core = wrong[tuple(inside)]
    return words.border() if core.size and not core.any() else ""


def _by_value(wrong: np.ndarray, case: KeyCase) -> str:
    """Wrong is exactly where an input, or the right value, lies beyond a number."""
    candidates = {"the right value": case.truth, **case.inputs}
    for name, values in candidates.items():
        if not isinstance(values, np.ndarray) or values.shape != wrong.shape or values.dtype.kind != "f":
            continue
        if not np.isfinite(values).all():
            continue
        inside, outside = values[wrong], values[~wrong]
        if inside.max() < 0 <= outside.min():
            return words.where_value(name, "negative")
        if inside.min() > 0 >= outside.max():
            return words.where_value(name, "positive")
        if inside.min() > outside.max() and inside.min() > 10:
            return words.where_value(name, f"{inside.min():.4g} or more")
        if inside.max() < outside.min() and inside.max() < -10:
            return words.where_value(name, f"{inside.max():.4g} or less")
    return ""


def values_map(wrong: np.ndarray) -> list[str]:
    """A small map of a result of rank 1 or 2: "x" where it is wrong, "." where it is right; [] where it is no help."""
    if wrong.ndim not in (1, 2) or wrong.size < 4 or wrong.all() or max(wrong.shape) > 24:
        return []
    rows = wrong.reshape(1, -1) if wrong.ndim == 1 else wrong
    return [" ".join("x" if one else "." for one in row) for row in rows]
