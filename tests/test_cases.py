"""Drawing cases: shape strings, strategies, families, and that the same seed draws the same on every machine."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cases import (
    BUILT_IN,
    Case,
    PerLayer,
    choice,
    dim,
    draw_cases,
    evaluate,
    integers,
    labels,
    layers,
    letters,
    one_hot,
    plain_dims,
    probabilities,
    shape_of,
    uniform,
    values,
)
from grader.course import CourseError, Exercise, exercise

SEEDS = st.integers(0, 10**18 - 1)
QUICK = settings(max_examples=25, deadline=None)


def declared(takes: str, name: str = "toy", **declaration: Any) -> Exercise:
    """An exercise whose function takes these arguments and does nothing."""
    space: dict[str, Any] = {}
    exec(f"def {name}({takes}):\n    'For tests.'\n", space)
    return exercise(points=1, order=1, **declaration)(space[name])


def dense(**more: Any) -> Exercise:
    return declared(
        "x, w, b", "dense", x=uniform("N F"), w=uniform("F U"), b=uniform("U"), **{"returns": "N U", **more}
    )


def convolution(**more: Any) -> Exercise:
    return declared(
        "images, kernels, stride",
        "convolution",
        images=uniform("N H W C"),
        kernels=uniform("KH KW C M", fan_in=True),
        stride=dim("S"),
        returns="N (H-KH)//S+1 (W-KW)//S+1 M",
        square="H W, KH KW, C M",
        requires="H-KH+1 W-KW+1",
        H=(2, 9),
        W=(2, 9),
        KH=(1, 4),
        KW=(1, 4),
        S=(1, 3),
        **more,
    )


def stack(chain: str = "F U", returns: str = "N U", **more: Any) -> Exercise:
    return declared(
        "x, weights, biases",
        "stack",
        x=uniform("N F"),
        weights=layers(uniform("F U", fan_in=True)),
        biases=layers(uniform("U")),
        chain=chain,
        returns=returns,
        **more,
    )


def of(cases: list[Case], family: str) -> list[Case]:
    return [case for case in cases if case.family == family]


def digest(cases: list[Case]) -> str:
    """A digest of all that was drawn, the same on machines of either byte order."""
    total = hashlib.sha256()

    def add(value: Any) -> None:
        if isinstance(value, list):
            total.update(f"list {len(value)}".encode())
            for one in value:
                add(one)
        elif isinstance(value, np.ndarray):
            total.update(f"{value.dtype.name} {value.shape}".encode())
            total.update(value.astype(value.dtype.newbyteorder("<")).tobytes())
        else:
            total.update(repr(value).encode())

    for case in cases:
        total.update(f"{case.family} {json.dumps(plain_dims(case.dims), sort_keys=True)}".encode())
        for name, value in case.inputs.items():
            total.update(name.encode())
            add(value)
    return total.hexdigest()[:32]


# ---------------------------------------------------------------- shape strings


@pytest.mark.parametrize(
    "expression",
    [
        *("N**2", "N/2", "N%2", "-N", "~N", "N@M", "N<M", "N if M else 1", "N or M", "not N"),
        *("1.5", "N*0.5", "True", "None", "'N'", "b'N'", "...", "2j", "f'{N}'"),
        *("N.real", "N[0]", "(N,)", "[N]", "{N}", "lambda: N", "(x := N)", "*N", "[n for n in N]"),
        *("len(N)", "N(M)", "sum", "sum+1", "sum(N, M)", "sum(2)", "sum(N+1)", "sum(N, start=1)", "sum()"),
        *("__import__('os')", "().__class__", "sum(N).real", "N M", "N;M", "N=1", "N+", "(", ")", "", "N-", "1N"),
    ],
)
def test_a_bad_expression_is_refused_as_a_fault_of_the_course(expression: str) -> None:
    with pytest.raises(CourseError, match="the shape expression"):
        evaluate(expression, {"N": 3, "M": 4})


@pytest.mark.parametrize("expression", ["N//0", "N//(M-M)", "K", "N+K", "sum(K)"])
def test_an_expression_without_a_value_is_a_fault_of_the_course(expression: str) -> None:
    with pytest.raises(CourseError, match="the shape expression"):
        evaluate(expression, {"N": 3, "M": 4})


@pytest.mark.parametrize("shape", ["N (", "N F+", "N 'F'", "N F**2"])
def test_a_bad_shape_string_of_a_page_names_the_exercise(shape: str) -> None:
    with pytest.raises(CourseError, match=r"^toy: the shape expression"):
        draw_cases(declared("x", x=uniform(shape), returns="N"), 0)
    with pytest.raises(CourseError, match=r"^toy: the shape expression"):
        draw_cases(declared("x", x=uniform("N"), returns=shape), 0)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))
def test_expressions_are_whole_number_arithmetic(n: int, m: int, s: int) -> None:
    dims = {"N": n, "M": m, "S": s}
    assert evaluate("N-M+1", dims) == n - m + 1
    assert evaluate("(N-M)//S+1", dims) == (n - m) // s + 1
    assert evaluate("2*N*(M+3)", dims) == 2 * n * (m + 3)
    assert shape_of("N 1 M+2*S", dims) == (n, 1, m + 2 * s)
    assert shape_of("", dims) == ()


def test_sum_adds_a_dim_up_over_the_layers() -> None:
    dims = {"H": 9, "KH": PerLayer([2, 3, 4])}
    assert evaluate("sum(KH)", dims) == 9
    assert evaluate("KH", dims) == 4, "alone, it is the last layer's"
    assert evaluate("H-sum(KH)+3", dims) == 3
    assert evaluate("sum(H)", dims) == 9
    assert plain_dims(dims) == {"H": 9, "KH": [2, 3, 4]}
    assert type(plain_dims({"D": np.int64(3)})["D"]) is int


def test_letters_are_named_once() -> None:
    assert letters("N H-KH+1 W-KW+1 M N*H") == ("N", "H", "KH", "W", "KW", "M")
    assert sorted(letters("N H-sum(KH)+D")) == ["D", "H", "KH", "N"]
    assert letters("") == letters("1 3") == ()


# ---------------------------------------------------------------- the same everywhere, and for good


PINNED = {
    ("convolution", 0): "b93ad25316929b20397e55914f845b41",
    ("convolution", 7): "8c7ab69f0566ab308276a9c92c70cff4",
    ("everything", 0): "db07aa0c12cc2716428d0c61e7c7fe04",
    ("everything", 7): "8b5297f3faf004d2cdf282e77e4aa5da",
}


def everything() -> Exercise:
    """Every strategy, in a stack of layers, with an adjustment and a family of its own."""

    def adjust(inputs: dict[str, Any], rng: np.random.Generator) -> None:
        inputs["x"][0, 0] = rng.integers(-3, 4)

    drawn = declared(
        "x, weights, y, p, k, t, v, batch_size, how",
        "everything",
        x=uniform("N F", step=0.25),
        weights=layers(uniform("F U", -1, 1, fan_in=True)),
        y=one_hot("N U"),
        p=probabilities("N U"),
        k=labels("N", "U"),
        t=integers("N", -5, 5),
        v=values("N", [0, 1, 0.5]),
        batch_size=dim("B"),
        how=choice("valid", "same", 3),
        chain="F U",
        returns="N U",
        B=(1, 9),
        adjust=adjust,
    )
    drawn.family("far", x=uniform("N F", -1000, 1000), N=(3, 5))
    return drawn


@pytest.mark.parametrize(("name", "seed"), PINNED)
def test_every_platform_and_numpy_draws_the_same(name: str, seed: int) -> None:
    """If this fails on one machine only, `--seed 0` no longer names the same cases everywhere."""
    drawn = {"convolution": convolution, "everything": everything}[name]()
    assert digest(draw_cases(drawn, seed)) == PINNED[name, seed]


@QUICK
@given(SEEDS)
def test_the_same_seed_draws_the_same_and_another_seed_something_else(seed: int) -> None:
    assert digest(draw_cases(dense(), seed)) == digest(draw_cases(dense(), seed))
    assert digest(draw_cases(dense(), seed)) != digest(draw_cases(dense(), seed + 1))


def test_exercises_and_families_have_streams_of_their_own() -> None:
    one, other = (declared("x", name, x=uniform("N"), returns="N") for name in ("one", "other"))
    assert digest(draw_cases(one, 0)) != digest(draw_cases(other, 0))
    plain, more = dense(), dense()
    more.family("far", x=uniform("N F", -100, 100))
    kept = [case for case in draw_cases(more, 0) if case.family != "far"]
    assert digest(kept) == digest(draw_cases(plain, 0)), "a family more changes no other's cases"


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 60), st.integers(1, 60))
def test_a_case_stays_the_same_when_there_are_more(seed: int, a: int, b: int) -> None:
    fewer, more = (draw_cases(everything(), seed, count) for count in sorted((a, b)))
    assert len(fewer) <= len(more)
    for family in (*BUILT_IN, "far"):
        some = of(fewer, family)
        assert some, "every family has a case at least"
        assert digest(some) == digest(of(more, family)[: len(some)])


def test_what_was_drawn_before_leaves_no_trace() -> None:
    first = digest(draw_cases(everything(), 3))
    draw_cases(everything(), 4, 50)
    np.random.seed(0)
    assert digest(draw_cases(everything(), 3)) == first


# ---------------------------------------------------------------- strategies


def drawn(strategy: Any, shape: tuple[int, ...], seed: int = 0, whole: bool = False, **dims: int) -> Any:
    return strategy.draw(np.random.Generator(np.random.PCG64(seed)), shape, dims, whole)


SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple)


@given(SHAPES, SEEDS, st.booleans())
def test_probabilities_are_positive_and_sum_to_one(shape: tuple[int, ...], seed: int, whole: bool) -> None:
    p = drawn(probabilities("whatever"), shape, seed, whole)
    assert p.shape == shape
    assert p.dtype == np.float32
    assert (p > 0).all()
    assert (p <= 1).all()
    sums = p.astype(np.float64).sum(axis=-1)
    assert (np.abs(sums - 1) <= shape[-1] * 2**-25).all(), "no more than the rounding of each to float32"
    if whole:
        assert (sums == 1).all(), "the ones to follow by hand are binary fractions, and exact"


@given(st.integers(1, 400), SEEDS, st.booleans())
def test_many_classes_are_still_probabilities(classes: int, seed: int, whole: bool) -> None:
    p = drawn(probabilities("K"), (2, classes), seed, whole)
    assert (p > 0).all()
    assert np.allclose(p.astype(np.float64).sum(axis=-1), 1, rtol=0, atol=1e-5)


@given(SHAPES, SEEDS)
def test_one_hot_rows_have_a_single_one(shape: tuple[int, ...], seed: int) -> None:
    y = drawn(one_hot("whatever"), shape, seed)
    assert y.shape == shape
    assert y.dtype == np.float32
    assert set(np.unique(y)) <= {0, 1}
    assert (y.sum(axis=-1) == 1).all()


@given(st.integers(1, 9), SEEDS)
def test_labels_are_class_numbers(classes: int, seed: int) -> None:
    k = drawn(labels("N", "K"), (200,), seed, K=classes)
    assert k.dtype == np.int32
    assert k.min() >= 0
    assert k.max() < classes
    if classes > 1:
        assert len(set(k.tolist())) > 1


@given(st.integers(-9, 9), st.integers(0, 9), SEEDS)
def test_integers_hold_both_ends(low: int, span: int, seed: int) -> None:
    drawn_numbers = drawn(integers("N", low, low + span), (400,), seed)
    assert drawn_numbers.dtype == np.int32
    assert set(drawn_numbers.tolist()) == set(range(low, low + span + 1))


@given(SEEDS, st.sampled_from([(-2.0, 2.0), (0.0, 1.0), (-10.0, 10.0), (0.25, 0.75), (-1000.0, -999.0)]))
def test_uniform_numbers_are_float32_with_three_decimals_inside_the_range(seed: int, ends: tuple[float, float]) -> None:
    low, high = ends
    x = drawn(uniform("N", low, high), (300,), seed)
    assert x.dtype == np.float32
    assert x.min() >= low
    assert x.max() <= high
    assert np.array_equal(x, np.round(x.astype(np.float64), 3).astype(np.float32))
    if low < 0 < high:
        assert x.min() < 0 < x.max(), "both signs"


def test_a_step_keeps_sums_exact_and_fan_in_scales_down() -> None:
    x = drawn(uniform("N", -2, 2, step=0.25), (500,))
    assert set((x * 4).tolist()) == set(range(-8, 9))
    plain, scaled = (drawn(uniform("A B C", fan_in=fan), (4, 9, 5)) for fan in (False, True))
    assert np.allclose(scaled * 6, plain, rtol=1e-6)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-2, 2, {-2, -1, 1, 2}),
        (-100, 100, {-3, -2, -1, 1, 2, 3}),
        (0, 1, {0.25, 0.5, 0.75}),
        (-1, 0, {-0.75, -0.5, -0.25}),
        (0.1, 0.3, {0.125, 0.1875}),
    ],
)
def test_the_first_draws_are_small_whole_numbers_or_quarters(low: float, high: float, expected: set[float]) -> None:
    x = drawn(uniform("N", low, high), (600,), whole=True)
    assert x.dtype == np.float32
    assert set(x.tolist()) == {float(number) for number in expected}


def test_a_range_without_such_numbers_is_a_fault_of_the_course() -> None:
    with pytest.raises(CourseError, match=r"toy: the range 0.01 to 0.05 is too narrow"):
        draw_cases(declared("x", x=uniform("N", 0.01, 0.05), returns="N"), 0)


def test_values_choices_and_dims() -> None:
    assert set(drawn(values("N", [0, 0.5, 7]), (200,)).tolist()) == {0.0, 0.5, 7.0}
    assert drawn(values("N", [1]), (3,)).dtype == np.float32
    assert {drawn(choice("valid", "same", 3), (), seed) for seed in range(40)} == {"valid", "same", 3}
    stride = drawn(dim("S"), (), S=np.int64(2))
    assert stride == 2
    assert type(stride) is int


# ---------------------------------------------------------------- families


@QUICK
@given(SEEDS)
def test_shapes_follow_the_dims_of_each_case(seed: int) -> None:
    for case in draw_cases(dense(), seed):
        N, F, U = (case.dims[letter] for letter in "NFU")
        assert case.inputs["x"].shape == (N, F)
        assert case.inputs["w"].shape == (F, U)
        assert case.inputs["b"].shape == (U,)
        assert list(case.inputs) == ["x", "w", "b"]
        assert case.returns == "N U"


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_a_window_that_does_not_fit_is_never_drawn(seed: int) -> None:
    for case in draw_cases(convolution(), seed):
        sides = shape_of(case.returns, case.dims)
        assert min(sides) >= 1
        assert case.dims["H"] >= case.dims["KH"]
        assert case.dims["W"] >= case.dims["KW"]
        for letter, (low, high) in {"H": (2, 9), "KH": (1, 4), "S": (1, 3)}.items():
            assert low <= case.dims[letter] <= high or (case.family == "ones" and case.dims[letter] == 1)


@QUICK
@given(SEEDS)
def test_typical_cases_tell_all_dims_apart_and_so_do_axes_of_tiny_ones(seed: int) -> None:
    for case in draw_cases(dense(), seed, 40):
        sizes = list(case.dims.values())
        if case.family == "typical":
            assert len(set(sizes)) == len(sizes), case.dims
        if case.family == "tiny":
            assert len(set(case.inputs["x"].shape)) == 2
            assert len(set(case.inputs["w"].shape)) == 2
            assert case.dims["N"] != case.dims["U"], "a transposed answer has another shape"


@QUICK
@given(SEEDS)
def test_ones_set_each_dim_to_one_in_turn(seed: int) -> None:
    cases = of(draw_cases(dense(), seed), "ones")
    assert [[letter for letter, size in case.dims.items() if size == 1] for case in cases] == [["N"], ["F"], ["U"]]
    again = of(draw_cases(dense(), seed, 40), "ones")
    assert len(again) >= 6
    assert [case.dims["F"] for case in again].count(1) >= 2


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_square_cases_have_equal_dims(seed: int) -> None:
    for case in of(draw_cases(dense(), seed), "square"):
        assert len(set(case.dims.values())) == 1
        assert min(case.dims.values()) > 1
    for case in of(draw_cases(convolution(), seed), "square"):
        dims = case.dims
        assert dims["H"] == dims["W"]
        assert dims["KH"] == dims["KW"]
        assert dims["C"] == dims["M"]


@QUICK
@given(SEEDS)
def test_tiny_cases_hold_small_whole_numbers_and_few_of_them(seed: int) -> None:
    for case in of(draw_cases(dense(), seed), "tiny"):
        for value in case.inputs.values():
            assert set(np.unique(value)) <= {-2, -1, 1, 2}
        assert sum(value.size for value in case.inputs.values()) <= 30
    large = of(draw_cases(dense(), seed), "large")
    assert all(size >= 8 for case in large for size in case.dims.values())


def test_small_comes_before_large_and_indices_count() -> None:
    drawn_cases = draw_cases(everything(), 0)
    assert [case.index for case in drawn_cases] == list(range(len(drawn_cases)))
    families = list(dict.fromkeys(case.family for case in drawn_cases))
    assert families == ["tiny", "far", "ones", "square", "typical", "large"]
    assert len(drawn_cases) <= 25


def test_a_family_changes_what_it_names_and_nothing_else() -> None:
    one = dense()
    one.family("far", x=uniform("N F", 900, 1000), N=4, U="2*F", cases=3, tolerance=(0.5, 0.25))
    cases = of(draw_cases(one, 0), "far")
    assert len(cases) == 3
    for case in cases:
        assert case.dims["N"] == 4
        assert case.dims["U"] == 2 * case.dims["F"]
        assert case.inputs["w"].shape == (case.dims["F"], case.dims["U"])
        assert case.inputs["x"].min() >= 900
        assert np.abs(case.inputs["w"]).max() <= 2
        assert case.tolerance == (0.5, 0.25)
    assert all(case.tolerance is None for case in draw_cases(one, 0) if case.family != "far")


def test_a_built_in_family_can_be_changed_and_left_out() -> None:
    one = dense()
    one.family("large", cases=0)
    one.family("tiny", N=1, F=2)
    one.family("square", tolerance=(0.0, 1.0))
    cases = draw_cases(one, 0, 200)
    assert not of(cases, "large")
    assert {(case.dims["N"], case.dims["F"]) for case in of(cases, "tiny")} == {(1, 2)}
    assert {case.tolerance for case in of(cases, "square")} == {(0.0, 1.0)}
    assert list(dict.fromkeys(case.family for case in cases)) == ["tiny", "ones", "square", "typical"]


def test_a_family_may_have_inputs_and_results_of_another_rank() -> None:
    one = declared("z", z=uniform("N K"), returns="N K", requires="N-1", N=(2, 5))
    one.family("one row", z=uniform("K"), returns="K", requires="K-2")
    cases = of(draw_cases(one, 0, 60), "one row")
    assert cases
    for case in cases:
        assert case.returns == "K"
        assert case.inputs["z"].shape == (case.dims["K"],)
        assert case.dims["K"] >= 3


@QUICK
@given(SEEDS)
def test_requires_holds_in_every_family(seed: int) -> None:
    one = declared("x, n", x=uniform("N"), n=dim("B"), returns="N-B", requires="N-B-1 4-B", N=(3, 9), B=(1, 9))
    for case in draw_cases(one, seed, 40):
        assert case.dims["N"] - case.dims["B"] >= 2
        assert case.dims["B"] <= 3
        assert case.inputs["n"] == case.dims["B"]


@QUICK
@given(SEEDS)
def test_a_dim_may_depend_on_others(seed: int) -> None:
    one = declared("x, n", x=uniform("N"), n=dim("B"), returns="N//B", N="3*B", B=(2, 4))
    assert {case.dims["N"] / case.dims["B"] for case in draw_cases(one, seed)} == {3}


@pytest.mark.parametrize(
    "more",
    [
        {"requires": "1-N"},
        {"requires": "N-F F-N+1 F-N-1"},
        {"N": 0},
        {"N": (-3, 0)},
        {"returns": "N-100 U"},
        {"N": (5, 3)},
        {"F": "N-N"},
        {"F": "Q"},
        {"returns": "N Q"},
        {"requires": "Q"},
    ],
)
def test_sizes_that_cannot_be_had_are_a_fault_of_the_course(more: dict[str, Any]) -> None:
    with pytest.raises(CourseError, match=r"^dense: ") as caught:
        draw_cases(dense(**more), 0)
    assert "dense: dense:" not in str(caught.value)


def test_the_family_that_does_not_fit_is_named() -> None:
    one = dense()
    one.family("impossible", requires="N-F F-N")
    with pytest.raises(CourseError, match=r"dense: no dims fit in the family 'impossible'"):
        draw_cases(one, 0)


# ---------------------------------------------------------------- stacks


@QUICK
@given(SEEDS)
def test_each_layer_takes_what_the_one_before_gives(seed: int) -> None:
    depths = set()
    for case in draw_cases(stack(), seed, 40):
        weights, biases = case.inputs["weights"], case.inputs["biases"]
        width = case.inputs["x"].shape[1]
        assert len(weights) == len(biases) == case.dims["D"]
        depths.add(len(weights))
        for w, b in zip(weights, biases, strict=True):
            assert w.shape == (width, b.size)
            assert w.dtype == b.dtype == np.float32
            width = b.size
        assert case.dims["U"] == width
        assert shape_of(case.returns, case.dims) == (case.dims["N"], width)
        assert plain_dims(case.dims)["U"] == [b.size for b in biases]
    assert depths <= {1, 2, 3, 4}
    assert len(depths) > 1


@QUICK
@given(SEEDS)
def test_the_last_width_can_be_fixed(seed: int) -> None:
    for case in draw_cases(stack("F U 1", "N 1"), seed):
        assert case.inputs["weights"][-1].shape[1] == 1
    labelled = declared(
        "x, weights, k",
        "labelled",
        x=uniform("N F"),
        weights=layers(uniform("F U")),
        k=labels("N", "K"),
        chain="F U K",
        returns="N K",
        K=(3, 4),
    )
    for case in draw_cases(labelled, seed):
        assert case.inputs["weights"][-1].shape[1] == case.dims["K"]


@QUICK
@given(SEEDS)
def test_a_square_stack_is_no_deeper_for_it(seed: int) -> None:
    for case in of(draw_cases(stack(D=(1, 2)), seed, 60), "square"):
        assert case.dims["D"] <= 2
        sides = {side for w in case.inputs["weights"] for side in w.shape} | {case.dims["N"]}
        assert len(sides) == 1


def test_every_side_of_every_layer_is_at_least_one() -> None:
    one = declared(
        "image, kernels",
        image=uniform("H W"),
        kernels=layers(uniform("KH KW Q C")),
        chain="Q C",
        returns="H-sum(KH)+D W-sum(KW)+D C",
        Q=1,
        H=(3, 6),
        W=(3, 6),
        KH=(1, 3),
        KW=(1, 3),
        D=(1, 3),
        C=(1, 2),
    )
    for seed in range(5):
        for case in draw_cases(one, seed):
            height, width = case.inputs["image"].shape
            for kernel in case.inputs["kernels"]:
                height, width = height - kernel.shape[0] + 1, width - kernel.shape[1] + 1
            assert (height, width) == shape_of(case.returns, case.dims)[:2]
            assert min(height, width) >= 1


# ---------------------------------------------------------------- fixed inputs and adjustments


def test_telling_inputs_come_first_with_dtype_and_dims() -> None:
    one = declared(
        "x, k, batch_size, how",
        x=uniform("N F"),
        k=labels("N", "F"),
        batch_size=dim("B"),
        how=choice("valid", "same"),
        returns="N",
    )
    one.telling(x=[[1, 2, 3], [4, 5, 6]], k=[0, 2], batch_size=5, how="same")
    first = draw_cases(one, 0)[0]
    assert first.family == "tiny"
    assert first.inputs["x"].dtype == np.float32
    assert first.inputs["k"].dtype == np.int32
    assert first.inputs["x"].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (first.inputs["batch_size"], first.inputs["how"]) == (5, "same")
    assert first.dims == {"N": 2, "F": 3, "B": 5}


def test_telling_inputs_of_a_stack_have_dims_a_layer() -> None:
    one = stack()
    one.telling(x=[[1, -2]], weights=[[[1, 0, 2], [0, 1, 3]], [[1], [2], [3]]], biases=[[0, 0, 0], [1]])
    first = draw_cases(one, 0)[0]
    assert plain_dims(first.dims) == {"N": 1, "F": 2, "D": 2, "U": [3, 1]}
    assert [w.shape for w in first.inputs["weights"]] == [(2, 3), (3, 1)]
    assert first.inputs["weights"][0].dtype == np.float32


@pytest.mark.parametrize(
    "given_inputs",
    [
        {"x": [1, 2], "weights": [[[1], [2]]], "biases": [[0]]},
        {"x": [[1, 2]], "weights": [[1, 2]], "biases": [[0]]},
        {"x": [[1, 2]], "weights": [[[1], [2]]], "biases": [0]},
    ],
)
def test_telling_inputs_of_the_wrong_rank_are_a_fault_of_the_course(given_inputs: Mapping[str, Any]) -> None:
    one = stack()
    one.telling(**given_inputs)
    with pytest.raises(CourseError, match=r"^stack: telling\(\) gives (x|weights|biases) the rank"):
        draw_cases(one, 0)


@pytest.mark.parametrize("names", [("x", "w"), ("w", "x", "b"), ("x", "w", "b", "c"), ()])
def test_telling_needs_every_argument_in_order(names: tuple[str, ...]) -> None:
    with pytest.raises(CourseError, match=r"^dense: telling\(\) needs"):
        dense().telling(**{name: [1] for name in names})


def test_telling_inputs_are_there_however_few_cases_are_asked_for() -> None:
    one = dense()
    for _ in range(3):
        one.telling(x=[[1]], w=[[2]], b=[3])
    assert len(of(draw_cases(one, 0, 1), "tiny")) == 4


def test_adjust_runs_after_the_draw_the_exercise_before_the_family() -> None:
    def fill(number: float) -> Callable[[dict[str, Any], np.random.Generator], None]:
        def adjust(inputs: dict[str, Any], rng: np.random.Generator) -> None:
            inputs["x"][:] = number
            inputs["b"] += np.float32(1000)

        return adjust

    one = dense(adjust=fill(5))
    one.family("nines", adjust=fill(9))
    one.telling(x=[[1]], w=[[2]], b=[3])
    for case in draw_cases(one, 0)[1:]:
        own = case.family == "nines"
        assert set(np.unique(case.inputs["x"])) == {9.0 if own else 5.0}
        assert (case.inputs["b"].min() > 1500) == own
    assert draw_cases(one, 0)[0].inputs["x"].tolist() == [[1]], "what was given as it is stays as it is"


# ---------------------------------------------------------------- declarations


def test_the_declaration_must_draw_what_the_function_takes() -> None:
    with pytest.raises(CourseError, match=r"toy: the function takes \['x', 'y'\], but the declaration draws \['x'\]"):
        declared("x, y", x=uniform("N"), returns="N")
    with pytest.raises(CourseError, match="must be the same names in the same order"):
        declared("x, y", y=uniform("N"), x=uniform("N"), returns="N")


def test_a_family_cannot_change_what_the_function_does_not_take() -> None:
    with pytest.raises(CourseError, match=r"dense: family 'far' changes \['y'\]"):
        dense().family("far", y=uniform("N"))


def test_everything_drawn_is_finite_and_of_two_dtypes() -> None:
    for case in draw_cases(everything(), 11, 60):
        for value in case.inputs.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, np.ndarray):
                    assert one.dtype in (np.float32, np.int32)
                    assert one.flags.c_contiguous
                    assert np.isfinite(one).all()
                else:
                    assert type(one) in (int, str)
        assert all(type(size) in (int, PerLayer) for size in case.dims.values())
        assert math.prod(case.inputs["x"].shape) > 0
