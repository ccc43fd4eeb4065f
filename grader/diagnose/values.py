"""Relations of values: what was done to every right number, or to all of them alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from grader import words
from grader.compare import Tolerance, largest
from grader.diagnose.evidence import (
    Array,
    Change,
    Evidence,
    alike,
    axis_name,
    bias_given,
    bias_of,
    distinct,
    first_found,
    is_finite,
    sizes_named,
)
from grader.key import KeyCase, Part
from grader.limits import UNWRITTEN
from grader.outcome import Outcome
from grader.place import PLACES
from grader.report import Diagnosis


def kind_of_number(evidence: Evidence) -> Diagnosis | None:
    """The values are right, their kind (bool, float for whole numbers) is not."""
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.shape != truth.shape or answer.dtype.kind == truth.dtype.kind:
            return None
        if not (answer.astype(np.float64) == truth.astype(np.float64)).all():
            return None
    first = evidence.failing[0]
    return Diagnosis("kind_of_number", words.kind_of_number(first.given.dtype.name, _kind_meant(first.case.truth)))


def _kind_meant(truth: Array) -> str:
    """The type that an answer should have, as the stub says it."""
    if truth.dtype.kind == "f":
        return "float32" if truth.ndim else "float"
    return "int32" if truth.ndim else "int"


def wrapped(evidence: Evidence) -> Diagnosis | None:
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


def constant(evidence: Evidence) -> Diagnosis | None:
    """The same number everywhere, whatever the inputs."""
    numbers = set()
    for one in evidence.outcomes:
        if not one.given.size or distinct(one.given) != 1:
            return None
        numbers.add(float(one.given.flat[0]))
    if len(evidence.outcomes) < 3 or len(numbers) != 1 or evidence.outcomes[0].right:
        return None  # what is right at first and then stays may also be kept from the first call
    number = numbers.pop()
    return Diagnosis("constant", words.constant(f"{number:.6g}"))


def an_input(evidence: Evidence) -> Diagnosis | None:
    """The function gives back one of its inputs."""
    for name in evidence.part.about.arguments:
        if evidence.enough and all(
            isinstance(value := one.case.inputs[name], np.ndarray) and np.array_equal(value, one.given)
            for one in evidence.failing
        ):
            return Diagnosis("an_input", words.an_input(name))
    return None


def bias(evidence: Evidence) -> Diagnosis | None:
    """The bias is missing, or was added several times."""
    part = evidence.part
    if not evidence.floats or not evidence.finite or not evidence.enough:
        return None
    counts = []
    for one in evidence.failing:
        bias, truth = bias_given(part, one.case), one.case.truth
        if not isinstance(bias, np.ndarray) or not np.any(bias):
            return None
        if bias.size > 1 and (not truth.ndim or truth.shape[-1] != bias.size):
            return None
        largest = int(np.argmax(np.abs(bias)))
        difference = one.given.astype(np.float64) - truth
        column = np.sort(difference[..., largest] if bias.size > 1 else difference, axis=None)
        times = float(column[column.size // 2] / bias.flat[largest])
        if not alike(one.given, truth + times * bias.astype(np.float64), one.case):
            return None
        counts.append((times + 1, one.case))
    # Where the answer is right, the bias must not be able to tell: it is 0 there, or the count is 1.
    for said, value in ((words.BIAS_MISSING, 0.0), (words.BIAS_DOUBLED, 2.0), (words.BIAS_SUBTRACTED, -1.0)):
        if all(math.isclose(times, value, abs_tol=1e-2) for times, _ in counts):
            still = [one for one in evidence.passing if np.any(bias_given(part, one.case))]
            return None if still else Diagnosis(said, words.bias(said))
    for said, of in sizes_named(counts[0][1], products=True):
        if all(math.isclose(times, of(case), rel_tol=1e-2) for times, case in counts) and varied(counts, of):
            still = [one for one in evidence.passing if np.any(bias_given(part, one.case)) and of(one.case) != 1]
            return None if still else Diagnosis("bias_repeated", words.bias_repeated(said))
    return None


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


def bias_elsewhere(evidence: Evidence) -> Diagnosis | None:
    """Apart from the bias all is right: another of its numbers was added, or only in some places."""
    if not evidence.floats or not evidence.finite or not evidence.enough or not evidence.rank:
        return None
    for name, added in OTHER_BIAS.items():
        told = 0
        for one in (*evidence.failing[::-1], *evidence.passing):  # a large one that fails tells soonest
            truth, bias = one.case.truth, bias_of(evidence.part, one.case)
            if bias is None or not bias.size:
                return None
            if not truth.size or not alike(one.given, truth - bias + added(bias, truth.shape), one.case):
                break
            told += not one.right
        else:
            if told >= 2:
                return Diagnosis("bias_elsewhere", words.bias_elsewhere(name))
    return None


def factor(evidence: Evidence, named: bool = False) -> Diagnosis | None:
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
        if not factors and not alike(one.given, one.case.truth * factor, one.case):
            return None
        factors.append((factor, one.case))
    factors.reverse()
    sign = math.copysign(1.0, factors[0][0])
    if any(math.copysign(1.0, factor) != sign for factor, _ in factors):
        return None
    sizes = [(abs(factor), case) for factor, case in factors]
    for said, value, of_sizes in named_factors(sizes, named):
        if not all(math.isclose(factor, value(case), rel_tol=1e-3) for factor, case in sizes):
            continue
        if of_sizes and not varied(sizes, value):
            continue
        if not all(
            alike(one.given, one.case.truth * factor, one.case)
            for one, (factor, _) in zip(evidence.failing, factors, strict=True)
        ):
            return None
        # On the cases that pass, the factor must be 1, or the truth too small to tell.
        rest = (one.case for one in evidence.passing)
        if all(alike(sign * value(case) * case.truth, case.truth, case) for case in rest):
            name = "sign_lost" if sign < 0 and said == "" else "scaled"
            return Diagnosis(name, words.factor(said, negative=sign < 0))
    return None


def named_factors(
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
        for said, of in sizes_named(factors[0][1], products=products):
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
    plain = list(sizes_named(factors[0][1], products=False))
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


def varied(factors: Sequence[tuple[float, KeyCase]], of: Callable[[KeyCase], float]) -> bool:
    """Whether a size differs from case to case, so that a factor cannot meet it by luck."""
    return len({of(case) for _, case in factors}) >= 2


def classes(evidence: Evidence) -> Diagnosis | None:
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


def whole(evidence: Evidence) -> Diagnosis | None:
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


def decimals(evidence: Evidence) -> Diagnosis | None:
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


def half(evidence: Evidence) -> Diagnosis | None:
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


def function(evidence: Evidence) -> Diagnosis | None:
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
                and sum(distinct(one.given) for one in evidence.failing) >= 6
            )
        if found:
            return Diagnosis(name, words.function_of(name))
    return None


def _moved_enough(evidence: Evidence, change: Change) -> bool:
    """Whether the change shows on several different values, and is more than a constant."""
    made = [np.asarray(change(one.case.truth)) for one in evidence.failing]
    return distinct(np.round(np.concatenate([one.ravel() for one in made]), 9)) >= 3


def clipped(evidence: Evidence) -> Diagnosis | None:
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


def one_hot(evidence: Evidence) -> Diagnosis | None:
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


def around_sigmoid(evidence: Evidence) -> Diagnosis | None:
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
        if all(alike(one.given, function(one.case.truth), one.case) for one in made):
            return Diagnosis("another_activation", words.another_activation(name))
    undone = [replace(one, answer=_logit(one.given)) for one in made]
    undone = [one for one in undone if is_finite(one.given) and np.abs(one.given).max() <= STEEP]
    inner = Evidence(evidence.part, undone)
    if len(inner.failing) < 3:
        return None
    found = first_found((bias, bias_elsewhere, factor, running), inner)
    return None if found is None else found._replace(message=words.before_the_sigmoid(found.message))


def flipped(evidence: Evidence) -> Diagnosis | None:
    """The result is mirrored along an axis, or along several."""
    if not evidence.rank:
        return None
    for number in range(1, evidence.rank + 1):
        for which in itertools.combinations(range(evidence.rank), number):
            if evidence.holds(partial(np.flip, axis=which)):
                return Diagnosis("flipped", words.flipped([axis_name(evidence, k) for k in which]))
    return None


def shifted(evidence: Evidence) -> Diagnosis | None:
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
                return Diagnosis("shifted", words.shifted(axis_name(evidence, axis), step, round_the_end=True))
            if all(_moved(one, axis, step) for one in evidence.failing):
                return Diagnosis("shifted", words.shifted(axis_name(evidence, axis), step, round_the_end=False))
    return None


def _moved(one: Outcome, axis: int, step: int) -> bool:
    answer, truth = one.given, one.case.truth
    size = truth.shape[axis]
    if size < 2:
        return False
    rest = np.arange(size - 1)
    here, there = (rest + 1, rest) if step == 1 else (rest, rest + 1)
    kept = np.take(truth, there, axis)
    return bool(np.any(kept)) and alike(np.take(answer, here, axis), kept, one.case) and distinct(truth) >= 2


def repeated(evidence: Evidence) -> Diagnosis | None:
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


def running(evidence: Evidence) -> Diagnosis | None:
    """The values are running sums: nothing is set back to 0 in between."""
    if not evidence.rank or not evidence.same_shape:
        return None
    if evidence.rank > 1 and evidence.holds(lambda truth: np.cumsum(truth).reshape(truth.shape)):
        return Diagnosis("running_sum", words.running_sum(""))
    for axis in range(evidence.rank):
        if evidence.holds(partial(np.cumsum, axis=axis)):
            return Diagnosis("running_sum", words.running_sum(axis_name(evidence, axis)))
    if not evidence.enough:
        return None
    for axis in (None, *range(evidence.rank)):
        if all(_summed_before_bias(evidence.part, one, axis) for one in (*evidence.failing[::-1], *evidence.passing)):
            return Diagnosis(
                "running_sum", words.running_sum("" if axis is None else axis_name(evidence, axis), bias=True)
            )
    return None


def _summed_before_bias(part: Part, one: Outcome, axis: int | None) -> bool:
    bias = bias_of(part, one.case)
    if bias is None:
        return False
    products = one.case.truth - bias
    return alike(one.given, np.cumsum(products, axis=axis).reshape(products.shape) + bias, one.case)


def rearranged(evidence: Evidence) -> Diagnosis | None:
    """All numbers of the truth are there, each once, in other places."""
    if not evidence.enough or any(one.given.dtype.kind == "b" for one in evidence.failing):
        return None
    for one in evidence.failing:
        answer, truth = one.given, one.case.truth
        if answer.size != truth.size or distinct(np.round(truth, 6)) < min(3, truth.size):
            return None
        if not np.isfinite(answer.astype(np.float64)).all() or truth.size < 2:
            return None
        if not alike(np.sort(answer, axis=None), np.sort(truth, axis=None), one.case):
            return None
    return Diagnosis("rearranged", words.rearranged())


def stale(evidence: Evidence) -> Diagnosis | None:
    """The answers are those of earlier cases: something is kept between calls."""
    if not evidence.enough:
        return None
    cases = {one.case.index: one.case for one in evidence.outcomes}
    for back in ("the case before", "the first case"):
        for one in evidence.failing:
            other = cases.get(one.case.index - 1 if back == "the case before" else min(cases))
            if other is None or other.index == one.case.index or not alike(one.given, other.truth, other):
                break
            if alike(one.case.truth, other.truth, one.case):
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
        if not np.array_equal(answer[: len(before)], before) or not alike(answer[len(before) :], truth, one.case):
            return None
    return Diagnosis("stale", words.kept_growing())


def _seen_before(one: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Whether an earlier case's truth, or the learner's own answer to it, comes again by more than luck."""
    if one.given.dtype.kind != "f" or np.isin(one.given, (0, 1)).all():
        return False
    earlier = [other for other in outcomes if other.case.index < one.case.index]
    return any(
        np.array_equal(one.given, other.given)
        or (one.given.shape == other.case.truth.shape and alike(one.given, other.case.truth, other.case))
        for other in earlier
    )
