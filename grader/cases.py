"""Cases: named dims, the strategies that draw inputs, and the families that vary them.

A shape string names the axes of an array: ``"N K"``; an axis may be an expression in other dims, without spaces:
``"N H-KH+1 W-KW+1 M"``. Equal letters are equal sizes. A result's shape string is also a condition: every side must be
at least 1, so a window that does not fit is never drawn.

Every case has a random stream of its own, made of the seed, the exercise, the family and the case's number in it. So a
case stays what it is when others are added, and on every platform: only uniform integers and doubles are drawn, which
NumPy's PCG64 gives alike everywhere.
"""

from __future__ import annotations

import ast
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

from grader.course import DEFAULT_CASES, CourseError, Exercise, Family, Strategy

BUILT_IN = ("tiny", "typical", "ones", "square", "large")
SIZES = {"tiny": (2, 3), "typical": (2, 7), "ones": (2, 5), "square": (2, 5), "large": (8, 16), "own": (2, 6)}
"""The range of a dim, by family, where the page does not say."""
AT_ONCE = 1 << 16
"""Numbers drawn at once, so that caches hold them until they are in single precision."""
TRIES = 60


# ---------------------------------------------------------------- dims and shape strings


class PerLayer(int):
    """A dim that differs from layer to layer: as a number it is the last layer's, `values` holds one a layer."""

    values: tuple[int, ...]

    def __new__(cls, values: Sequence[int]) -> PerLayer:
        self = super().__new__(cls, values[-1])
        self.values = tuple(values)
        return self


def _sum(dim: int) -> int:
    return sum(dim.values) if isinstance(dim, PerLayer) else dim


_ALLOWED = (
    ast.Expression,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.FloorDiv,
    ast.Name,
    ast.Load,
)


def _allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Name)
            and node.func.id == "sum"
            and [type(argument) for argument in node.args] == [ast.Name]
        )
    return isinstance(node, _ALLOWED)


@cache
def _compiled(expression: str) -> CodeType:
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise CourseError(f"the shape expression {expression!r} cannot be read: {error.msg}") from error
    if not all(_allowed(node) for node in ast.walk(tree)):
        raise CourseError(
            f"the shape expression {expression!r} may hold dims, whole numbers, + - * // and sum() of a dim only."
        )
    return compile(tree, expression, "eval")


def evaluate(expression: str, dims: Mapping[str, int]) -> int:
    """The value of one axis, such as "H-KH+1"; `sum(KH)` adds a dim up over the layers of a stack."""
    try:
        return int(eval(_compiled(expression), {"__builtins__": {}, "sum": _sum}, dict(dims)))
    except NameError as error:
        raise CourseError(f"the shape expression {expression!r} names a dim that is not known: {error}") from error
    except (TypeError, ZeroDivisionError) as error:
        raise CourseError(f"the shape expression {expression!r} has no value: {error}") from error


def shape_of(shape: str, dims: Mapping[str, int]) -> tuple[int, ...]:
    """The sizes of a shape string."""
    return tuple(evaluate(axis, dims) for axis in shape.split())


@cache
def letters(shape: str) -> tuple[str, ...]:
    """The dims that a shape string names, in order, each once."""
    for axis in shape.split():
        _compiled(axis)
    names = (
        node.id
        for axis in shape.split()
        for node in ast.walk(ast.parse(axis, mode="eval"))
        if isinstance(node, ast.Name) and node.id != "sum"
    )
    return tuple(dict.fromkeys(names))


# ---------------------------------------------------------------- strategies


@dataclass(frozen=True)
class _Uniform:
    shape: str
    low: float
    high: float
    step: float | None
    fan_in: bool

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        if whole:
            return _whole(rng, shape, self.low, self.high).astype(np.float32)
        # Three decimals can be read and pasted, and are still not exact in binary.
        step = self.step or 0.001
        least, most = math.ceil(self.low / step), math.floor(self.high / step)
        values = np.empty(math.prod(shape), np.float32)
        for begin in range(0, values.size, AT_ONCE):
            part = values[begin : begin + AT_ONCE]
            drawn = rng.integers(least, most, part.size, endpoint=True) * step
            part[:] = drawn / math.sqrt(max(1, math.prod(shape[:-1]))) if self.fan_in else drawn
        return values.reshape(shape)[()]


def _whole(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    """Whole numbers from -3 to 3 without 0, as far as the range holds them; quarters where it holds too few."""
    for step in (1.0, 0.25, 0.0625):
        numbers = np.arange(max(math.ceil(low / step), -3), min(math.floor(high / step), 3) + 1) * step
        numbers = numbers[numbers != 0]
        if len(numbers) >= 2:
            chosen: np.ndarray = numbers[rng.integers(0, len(numbers), shape)]
            return chosen
    raise CourseError(f"the range {low} to {high} is too narrow to draw small whole numbers or quarters from.")


def uniform(
    shape: str, low: float = -2, high: float = 2, *, step: float | None = None, fan_in: bool = False
) -> Strategy:
    """float32 numbers between `low` and `high`, three decimals each.

    step: draw multiples of it instead; a power of two keeps every sum exact.
    fan_in: divide by the square root of the product of all axes but the last, as weights are initialised, so that
        layers keep the size of their inputs.
    """
    return _Uniform(shape, low, high, step, fan_in)


@dataclass(frozen=True)
class _Integers:
    shape: str
    low: int
    high: int

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return rng.integers(self.low, self.high, shape, endpoint=True).astype(np.int32)


def integers(shape: str, low: int, high: int) -> Strategy:
    """int32 numbers from `low` to `high`, both included."""
    return _Integers(shape, low, high)


@dataclass(frozen=True)
class _Labels:
    shape: str
    classes: str

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return rng.integers(0, dims[self.classes], shape).astype(np.int32)


def labels(shape: str, classes: str) -> Strategy:
    """int32 class numbers from 0 to the dim `classes` less 1."""
    return _Labels(shape, classes)


@dataclass(frozen=True)
class _OneHot:
    shape: str

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return np.eye(shape[-1], dtype=np.float32)[rng.integers(0, shape[-1], shape[:-1])]


def one_hot(shape: str) -> Strategy:
    """float32 rows (along the last axis) with a single 1."""
    return _OneHot(shape)


@dataclass(frozen=True)
class _Probabilities:
    shape: str

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        classes = shape[-1]
        parts = 2 ** max(3, (2 * classes - 1).bit_length()) if whole else 1000
        weights = rng.random(shape)
        # A part each first, so that no probability is 0; the rest by weight; what rounding leaves, to the first class.
        counts = 1 + np.floor(weights / weights.sum(axis=-1, keepdims=True) * (parts - classes)).astype(np.int64)
        counts[..., 0] += parts - counts.sum(axis=-1)
        return (counts / parts).astype(np.float32)


def probabilities(shape: str) -> Strategy:
    """float32 rows (along the last axis) that are positive and sum to 1."""
    return _Probabilities(shape)


@dataclass(frozen=True)
class _Values:
    shape: str
    values: tuple[float, ...]

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return np.array(self.values, dtype=np.float32)[rng.integers(0, len(self.values), shape)]


def values(shape: str, choices: Sequence[float]) -> Strategy:
    """float32 numbers, each one of `choices`."""
    return _Values(shape, tuple(choices))


@dataclass(frozen=True)
class _Dim:
    letter: str
    shape: str | None = None

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return int(dims[self.letter])


def dim(letter: str) -> Strategy:
    """A Python int: the dim itself, such as a stride or a pool size."""
    return _Dim(letter)


def sizes_given(exercise: Exercise) -> dict[str, str]:
    """Letter of a dim -> the argument that is that number."""
    return {one.letter: name for name, one in exercise.arguments.items() if isinstance(one, _Dim)}


@dataclass(frozen=True)
class _Choice:
    choices: tuple[Any, ...]
    shape: str | None = None

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        return self.choices[int(rng.integers(0, len(self.choices)))]


def choice(*choices: Any) -> Strategy:
    """One of several plain Python values: words or numbers."""
    return _Choice(choices)


@dataclass(frozen=True)
class _Layers:
    one: Strategy

    @property
    def shape(self) -> str | None:
        return self.one.shape

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...], dims: Mapping[str, int], whole: bool) -> Any:
        raise CourseError("layers() is drawn a layer at a time")  # see _draw_inputs


def layers(one: Strategy) -> Strategy:
    """A list with one array a layer; the exercise's `chain` says which dim feeds the next layer, dim D how many."""
    return _Layers(one)


# ---------------------------------------------------------------- the dims of a case


def _ranges(exercise: Exercise, family: Family) -> dict[str, Any]:
    """What is said of each dim: (low, high), a number, or an expression.

    A family's word comes before the page's, and the page's before the built-in sizes. The families of small sizes take
    the low end of the page's range, as far as it has one.
    """
    named: list[str] = []
    for argument, strategy in exercise.arguments.items():
        strategy = family.arguments.get(argument, strategy)
        if isinstance(strategy, _Dim):
            named.append(strategy.letter)
        elif isinstance(strategy, _Labels):
            named += [*letters(strategy.shape), strategy.classes]
        elif strategy.shape is not None:
            named += letters(strategy.shape)
    low, high = SIZES.get(family.name, SIZES["own"])
    said: dict[str, Any] = dict.fromkeys(named, (low, high))
    if exercise.chain is not None:
        said["D"] = (1, 2) if family.name == "tiny" else (1, 4)
    for letter, value in exercise.dims.items():
        if isinstance(value, tuple) and family.name in ("tiny", "ones", "square"):
            start = min(max(value[0], low if letter != "D" else 1), value[1])
            value = (start, min(max(start, high if letter != "D" else 2), value[1]))
        said[letter] = value
    said.update(family.dims)
    return said


def _grown(exercise: Exercise, family: Family, said: Mapping[str, Any], spread: int) -> dict[str, Any]:
    """Ranges with `spread` more room at the top, where neither the family nor the page's own range forbids it."""
    grown = dict(said)
    for letter, value in said.items():
        if not isinstance(value, tuple) or letter in family.dims or letter == "D":
            continue
        page = exercise.dims.get(letter)
        top = page[1] if isinstance(page, tuple) else value[1] + spread
        grown[letter] = (value[0], max(value[1], min(value[1] + spread, top)))
    return grown


def _per_layer(exercise: Exercise, family: Family) -> tuple[str, ...]:
    """The dims that each layer has for itself: all of a stack's but the one it takes from the layer before."""
    if exercise.chain is None:
        return ()
    taken = exercise.chain.split()[0]
    named: list[str] = []
    for argument, strategy in exercise.arguments.items():
        strategy = family.arguments.get(argument, strategy)
        if isinstance(strategy, _Layers) and strategy.shape is not None:
            named += letters(strategy.shape)
    return tuple(letter for letter in dict.fromkeys(named) if letter != taken)


def _draw_number(rng: np.random.Generator, said: Any) -> int:
    low, high = said
    if low > high:
        raise CourseError(f"there is no size in the range {said}: its lower end stands first.")
    return int(rng.integers(low, high, endpoint=True))


def _draw_dims(
    rng: np.random.Generator,
    exercise: Exercise,
    family: Family,
    said: Mapping[str, Any],
    equal: Sequence[Sequence[str]],
) -> dict[str, int]:
    """One draw of every dim, conditions unchecked. `equal` holds groups of dims that get one size together."""
    own = _per_layer(exercise, family)
    said = dict(said)
    for group in equal:
        drawn = [letter for letter in group if isinstance(said.get(letter), tuple)]
        if drawn:
            said.update(dict.fromkeys(drawn, _draw_number(rng, said[drawn[0]])))
    dims: dict[str, int] = {}
    for letter, value in said.items():
        if isinstance(value, tuple) and letter not in own:
            dims[letter] = _draw_number(rng, value)
        elif isinstance(value, int):
            dims[letter] = value
    if exercise.chain is not None:
        _, gives, *last = exercise.chain.split()
        depth = dims["D"]
        for letter in own:
            value = said[letter]
            numbers = [_draw_number(rng, value) if isinstance(value, tuple) else int(value) for _ in range(depth)]
            if letter == gives and last:
                numbers[-1] = int(last[0]) if last[0].isdigit() else dims[last[0]]
            dims[letter] = PerLayer(numbers)
    for letter, value in said.items():
        if isinstance(value, str):
            dims[letter] = evaluate(value, dims)
    return dims


def _layer_dims(exercise: Exercise, dims: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The dims as each layer of a stack sees them."""
    assert exercise.chain is not None
    takes, gives, *_ = exercise.chain.split()
    width = dims[takes]
    for layer in range(dims["D"]):
        seen = {letter: value.values[layer] if isinstance(value, PerLayer) else value for letter, value in dims.items()}
        seen[takes] = width
        yield seen
        width = seen[gives]


def _shapes(exercise: Exercise, family: Family, dims: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    """The shapes of all arrays of a case, the result's last."""
    for argument, strategy in exercise.arguments.items():
        strategy = family.arguments.get(argument, strategy)
        if isinstance(strategy, _Layers):
            yield from (shape_of(strategy.shape or "", seen) for seen in _layer_dims(exercise, dims))
        elif strategy.shape is not None:
            yield shape_of(strategy.shape, dims)
    yield shape_of(_returns(exercise, family), dims)


def _returns(exercise: Exercise, family: Family) -> str:
    return exercise.returns if family.returns is None else family.returns


def _fits(exercise: Exercise, family: Family, dims: Mapping[str, int]) -> bool:
    requires = exercise.requires if family.requires is None else family.requires
    return all(evaluate(condition, dims) >= 1 for condition in requires.split()) and all(
        side >= 1 for shape in _shapes(exercise, family, dims) for side in shape
    )


def _flat(dims: Mapping[str, int]) -> list[int]:
    return [number for value in dims.values() for number in (value.values if isinstance(value, PerLayer) else (value,))]


def _distinct(exercise: Exercise, family: Family, dims: Mapping[str, int], everywhere: bool) -> bool:
    """Whether no two axes are equal: of all dims, or at least within each array (fixed axes of 1 aside)."""
    if everywhere:
        numbers = _flat(dims)
        return len(set(numbers)) == len(numbers)
    sides = ([side for side in shape if side != 1] for shape in _shapes(exercise, family, dims))
    return all(len(set(shape)) == len(shape) for shape in sides)


def _numbers(exercise: Exercise, family: Family, dims: Mapping[str, int]) -> int:
    """How many numbers a learner would have to look at: the inputs' and the result's."""
    return sum(math.prod(shape) for shape in _shapes(exercise, family, dims))


def _find_dims(
    rng: np.random.Generator,
    exercise: Exercise,
    family: Family,
    *,
    distinct: bool = False,
    fixed: Mapping[str, int] | None = None,
    equal: Sequence[Sequence[str]] = (),
) -> dict[str, int]:
    """Draw dims until they fit: distinct sizes as far as they can be had, from the smallest range that has them."""
    said = {**_ranges(exercise, family), **(fixed or {})}
    ranges = [{**_grown(exercise, family, said, spread), **(fixed or {})} for spread in range(6)]
    ranges = [one for k, one in enumerate(ranges) if one not in ranges[:k]]
    wishes: list[Callable[[Mapping[str, int]], bool]] = [lambda dims: True]
    if distinct:
        wishes.insert(0, lambda dims: _distinct(exercise, family, dims, everywhere=False))
        if family.name != "tiny" and exercise.chain is None:  # a stack has more sides than there are small sizes
            wishes.insert(0, lambda dims: _distinct(exercise, family, dims, everywhere=True))
    for wish in wishes:
        for grown in ranges:
            drawn = (_draw_dims(rng, exercise, family, grown, equal) for _ in range(TRIES))
            fitting = (dims for dims in drawn if wish(dims) and _fits(exercise, family, dims))
            if family.name == "tiny":
                dims = min(fitting, key=lambda dims: _numbers(exercise, family, dims), default=None)
            else:
                dims = next(fitting, None)
            if dims is not None:
                return dims
    raise CourseError(f"no dims fit in the family {family.name!r}; they are drawn from {said}.")


# ---------------------------------------------------------------- the inputs of a case


def _draw_inputs(
    rng: np.random.Generator, exercise: Exercise, family: Family, dims: Mapping[str, int], whole: bool
) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for argument, strategy in exercise.arguments.items():
        strategy = family.arguments.get(argument, strategy)
        if isinstance(strategy, _Layers):
            one = strategy.one
            inputs[argument] = [
                one.draw(rng, shape_of(one.shape or "", seen), seen, whole) for seen in _layer_dims(exercise, dims)
            ]
        else:
            shape = shape_of(strategy.shape, dims) if strategy.shape is not None else ()
            inputs[argument] = strategy.draw(rng, shape, dims, whole)
    for adjust in (exercise.adjust, family.adjust):
        if adjust is not None:
            adjust(inputs, rng)
    return inputs


def _check_rank(argument: str, array: np.ndarray, shape: str) -> None:
    if array.ndim != len(shape.split()):
        raise CourseError(f"telling() gives {argument} the rank {array.ndim}, not {len(shape.split())}.")


def _fixed_inputs(exercise: Exercise, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """Fixed inputs as arrays of the right dtype, and the dims that their shapes show."""
    inputs: dict[str, Any] = {}
    dims: dict[str, int] = {}
    stacked: dict[str, list[int]] = {}
    for argument, strategy in exercise.arguments.items():
        value = given[argument]
        if strategy.shape is None:
            inputs[argument] = value
            if isinstance(strategy, _Dim):
                dims[strategy.letter] = value
            continue
        dtype = np.int32 if isinstance(strategy, (_Integers, _Labels)) else np.float32
        if isinstance(strategy, _Layers):
            inputs[argument] = [np.array(one, dtype=dtype) for one in value]
            dims["D"] = len(value)
            for one in inputs[argument]:
                _check_rank(argument, one, strategy.shape)
                for letter, side in zip(strategy.shape.split(), one.shape, strict=True):
                    stacked.setdefault(letter, []).append(side)
            continue
        inputs[argument] = np.array(value, dtype=dtype)
        _check_rank(argument, inputs[argument], strategy.shape)
        named = zip(strategy.shape.split(), inputs[argument].shape, strict=True)
        dims.update({axis: side for axis, side in named if axis.isidentifier()})
    if exercise.chain is not None:
        takes = exercise.chain.split()[0]
        depth = dims["D"]
        for letter, sides in stacked.items():
            if letter != takes:
                dims[letter] = PerLayer(sides[:depth])
    return inputs, dims


# ---------------------------------------------------------------- the families


@dataclass(frozen=True)
class Case:
    """One call of an exercise.

    index: its number among the exercise's cases, from 0, in the order of grading: small before large.
    inputs: argument name -> float32 or int32 array, list of arrays (one a layer), int, float or str.
    dims: dim letter -> size; a list of sizes where layers differ.
    returns: the shape string of the result.
    tolerance: (relative, absolute) where the page or the family sets it.
    """

    index: int
    family: str
    dims: Mapping[str, int]
    inputs: Mapping[str, Any]
    returns: str
    tolerance: tuple[float, float] | None


def _stream(seed: int, exercise: Exercise, family: str, number: int) -> np.random.Generator:
    entropy = [seed, zlib.crc32(exercise.name.encode()), zlib.crc32(family.encode()), number]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def _free_dims(exercise: Exercise, family: Family) -> list[str]:
    """The dims that a case may set to 1: all that are drawn from a range which holds 1, or from the default one."""
    said = _ranges(exercise, family)
    return [
        letter
        for letter, value in said.items()
        if isinstance(value, tuple)
        and letter not in family.dims
        and (letter not in exercise.dims or exercise.dims[letter][0] <= 1)
    ]


def _plan(exercise: Exercise, count: int) -> list[tuple[Family, int]]:
    """The families in the order of grading, and how many cases each has when an exercise has about `count` in all."""
    changed = {family.name: family for family in exercise.families}
    built_in = {name: changed.get(name, Family(name)) for name in BUILT_IN}
    own = [family for family in exercise.families if family.name not in BUILT_IN]
    ones = max(1, len(_free_dims(exercise, built_in["ones"])))
    usual = {"tiny": 2, "typical": 4, "ones": ones, "square": 2, "large": 1}
    order = [built_in["tiny"], *own, built_in["ones"], built_in["square"], built_in["typical"], built_in["large"]]
    wanted = {
        family.name: family.cases if family.cases is not None else usual.get(family.name, 2 if len(own) < 4 else 1)
        for family in order
    }
    scale = 1.0
    if count != DEFAULT_CASES:
        scale = max(0, count - len(exercise.fixed)) / sum(wanted.values())
    return [(family, max(1, round(wanted[family.name] * scale)) if wanted[family.name] else 0) for family in order]


def draw_cases(exercise: Exercise, seed: int, count: int = DEFAULT_CASES) -> list[Case]:
    """Draw an exercise's cases: the fixed ones, then about `count` in all, every family at least once.

    The same seed and count give the same cases on every platform. Raises CourseError where no sizes fit.
    """
    try:
        return _draw_cases(exercise, seed, count)
    except CourseError as error:
        raise CourseError(f"{exercise.name}: {error}") from error


def _draw_cases(exercise: Exercise, seed: int, count: int) -> list[Case]:
    cases: list[Case] = []

    def add(family: Family, dims: Mapping[str, int], inputs: Mapping[str, Any]) -> None:
        tolerance = family.tolerance if family.tolerance is not None else exercise.tolerance
        cases.append(Case(len(cases), family.name, dims, inputs, _returns(exercise, family), tolerance))

    for family, number in _plan(exercise, count):
        if family.name == "tiny":
            for given in exercise.fixed:
                inputs, dims = _fixed_inputs(exercise, given)
                add(family, dims, inputs)
        for k in range(number):
            rng = _stream(seed, exercise, family.name, k)
            whole = family.name == "tiny"
            if family.name == "ones":
                free = _free_dims(exercise, family)
                fixed = {free[k % len(free)]: 1} if free else {}
                dims = _find_dims(rng, exercise, family, distinct=True, fixed=fixed)
            elif family.name == "square":
                groups = [group.split() for group in exercise.square.split(",")] if exercise.square else []
                # A stack is no deeper for its layers being square.
                equal = groups or [[letter for letter in _free_dims(exercise, family) if letter != "D"]]
                dims = _find_dims(rng, exercise, family, equal=equal)
            else:
                dims = _find_dims(rng, exercise, family, distinct=family.name in ("tiny", "typical") or k % 2 == 0)
            add(family, dims, _draw_inputs(rng, exercise, family, dims, whole))
    return cases


def plain_dims(dims: Mapping[str, int]) -> dict[str, int | list[int]]:
    """Dims as JSON holds them."""
    return {letter: list(value.values) if isinstance(value, PerLayer) else int(value) for letter, value in dims.items()}


# ---------------------------------------------------------------- the sizes on which speed is measured


def benchmark_dims(exercise: Exercise, share: float = 1.0) -> dict[str, int]:
    """The dims on which speed is measured.

    share: how much of the product of the dims that grow is wanted; they are made smaller alike, by as much as still
        fits. Raises CourseError where the page declares no benchmark, or leaves a dim open.
    """
    if exercise.benchmark_sizes is None:
        raise CourseError(f"{exercise.name}: the page declares no benchmark().")
    grow, family = exercise.benchmark_sizes.grow, exercise.benchmark_sizes.family
    said = _ranges(exercise, family)
    unsaid = [letter for letter, value in said.items() if isinstance(value, tuple)]
    if unsaid:
        raise CourseError(f"{exercise.name}: benchmark() gives no size for {', '.join(unsaid)}.")
    nothing_to_draw = np.random.default_rng(0)
    while True:
        side = share ** (1 / max(len(grow), 1))
        smaller = {letter: max(1, round(family.dims[letter] * side)) for letter in grow}
        dims = _draw_dims(nothing_to_draw, exercise, family, {**said, **smaller}, ())
        if _fits(exercise, family, dims):
            return dims
        if share >= 1:
            raise CourseError(f"{exercise.name}: the sizes of benchmark() do not fit.")
        share = min(1.0, share * 1.5)


def draw_benchmark(exercise: Exercise, seed: int, share: float = 1.0) -> Case:
    """Draw inputs of the sizes on which speed is measured (see `benchmark_dims`)."""
    dims = benchmark_dims(exercise, share)
    assert exercise.benchmark_sizes is not None
    family = exercise.benchmark_sizes.family
    inputs = _draw_inputs(np.random.default_rng(seed), exercise, family, dims, whole=False)
    return Case(0, family.name, dims, inputs, _returns(exercise, family), exercise.tolerance)
