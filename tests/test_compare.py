"""Right or wrong: the order of the checks, NaN and infinity, dtypes, shapes, and the tolerance."""

from __future__ import annotations

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.compare import (
    EPSILON,
    ROUNDINGS,
    Tolerance,
    as_truth,
    compare,
    largest_difference,
    tolerance,
)

EXACT = Tolerance(0.0, 0.0)
SMALL = Tolerance(0.0, 1e-6)
LOOSE = Tolerance(0.0, math.inf)
NAN, INF = math.nan, math.inf

FINITE = st.floats(-1e6, 1e6)
TRUTHS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), elements=FINITE)
ANY_FLOATS = hnp.arrays(np.float64, st.just((2, 3)), elements=st.floats())


def array(value: Any, dtype: Any = np.float32) -> np.ndarray:
    return np.array(value, dtype=dtype)


def truth(value: Any) -> np.ndarray:
    return np.array(value, dtype=np.float64)


# ---------------------------------------------------------------- the order of the checks


def test_what_is_checked_first_is_what_is_said() -> None:
    whole = truth([[1.0, 2.0], [3.0, 4.0]])
    everything_wrong = [
        ("rank", array([1, 2, NAN])),
        ("shape", array([[1, NAN, 3]])),
        ("dtype", array([[9, 9], [9, 9]], np.int32)),
        ("not_finite", array([[9, NAN], [9, 9]])),
        ("values", array([[9, 2], [3, 4]])),
        ("right", array([[1, 2], [3, 4]])),
    ]
    for kind, answer in everything_wrong:
        found = compare(answer, whole, SMALL)
        assert found.kind == kind
        assert found.right == (kind == "right")


@pytest.mark.parametrize("dtype", [np.int32, np.bool_, np.uint8, np.float32])
def test_rank_and_shape_come_before_dtype(dtype: Any) -> None:
    assert compare(np.ones((2,), dtype), truth([[1.0, 1.0]]), LOOSE).kind == "rank"
    assert compare(np.ones((2, 1), dtype), truth([[1.0, 1.0]]), LOOSE).kind == "shape"


def test_where_shapes_differ_nothing_is_said_of_values() -> None:
    for answer in (array([1.0]), array([[1.0], [2.0]])):
        found = compare(answer, truth([[1.0, 2.0]]), LOOSE)
        assert found.wrong is None
        assert largest_difference(answer, truth([[1.0, 2.0]])) is None


# ---------------------------------------------------------------- never broadcast


SHAPES = [(), (1,), (1, 1), (3,), (1, 3), (3, 1), (2, 3), (3, 2), (1, 2, 3), (0,), (0, 3), (3, 0), (1, 0)]


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(SHAPES, 2)))
def test_ones_of_another_shape_are_never_right(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    found = compare(np.ones(one, np.float32), np.ones(other), LOOSE)
    assert found.kind == ("rank" if len(one) != len(other) else "shape")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_the_same_shape_is_right_of_any_size_and_rank(shape: tuple[int, ...], dtype: Any) -> None:
    found = compare(np.ones(shape, dtype), np.ones(shape), EXACT)
    assert found.right
    assert found.wrong is not None
    assert np.shape(found.wrong) == shape
    assert not np.any(found.wrong)
    assert largest_difference(np.ones(shape, dtype), np.ones(shape)) == (0.0 if np.ones(shape).size else None)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if 0 not in shape])
def test_the_wrong_values_are_marked(shape: tuple[int, ...]) -> None:
    answer = np.ones(shape, np.float32)
    answer[(-1,) * len(shape)] = 2
    found = compare(answer, np.ones(shape), SMALL)
    assert found.kind == "values"
    assert np.argwhere(found.wrong).tolist() == [[side - 1 for side in shape]]
    assert largest_difference(answer, np.ones(shape)) == 1.0


# ---------------------------------------------------------------- NaN and infinity


@pytest.mark.parametrize("allowed", [EXACT, SMALL, Tolerance(1.0, 1e300), LOOSE])
@pytest.mark.parametrize(("answer", "right"), list(itertools.product([NAN, INF, -INF, 0.0, 1e30], repeat=2)))
def test_nan_and_infinity_are_equal_only_to_themselves(answer: float, right: float, allowed: Tolerance) -> None:
    found = compare(array([5.0, answer]), truth([5.0, right]), allowed)
    same = answer == right or (math.isnan(answer) and math.isnan(right))
    if math.isfinite(answer) and math.isfinite(right):
        assert found.right == (abs(float(np.float32(answer)) - right) <= allowed.absolute + allowed.relative * right)
    else:
        assert found.kind == ("right" if same else "not_finite")
    off = largest_difference(array([5.0, answer]), truth([5.0, right]))
    both = math.isfinite(answer) and math.isfinite(right)
    assert off == (abs(float(np.float32(answer)) - right) if both else 0.0), "it is one of finite values"


def test_nan_in_other_places_is_wrong() -> None:
    found = compare(array([NAN, 1.0, INF]), truth([1.0, NAN, INF]), LOOSE)
    assert found.kind == "not_finite"
    assert found.wrong is not None
    assert found.wrong.tolist() == [True, True, False]
    assert largest_difference(array([NAN, 1.0, INF]), truth([1.0, NAN, INF])) is None


def test_all_nan_is_never_right_but_where_the_truth_is() -> None:
    assert compare(array([NAN, NAN]), truth([0.0, 0.0]), LOOSE).kind == "not_finite"
    assert compare(array([NAN, NAN]), truth([NAN, NAN]), EXACT).right
    assert compare(array([1.0, 1.0]), truth([NAN, NAN]), LOOSE).kind == "not_finite"


def test_a_wrong_number_beside_a_right_nan_is_a_wrong_value() -> None:
    assert compare(array([NAN, 9.0]), truth([NAN, 1.0]), SMALL).kind == "values"


@given(ANY_FLOATS, ANY_FLOATS)
def test_right_means_every_element_is(answer: np.ndarray, right: np.ndarray) -> None:
    allowed = Tolerance(1e-3, 1e-3)
    found = compare(answer, right, allowed)
    expected = []
    for a, b in zip(answer.flat, right.flat, strict=True):
        if math.isfinite(a) and math.isfinite(b):
            expected.append(abs(a - b) <= 1e-3 + 1e-3 * abs(b))
        else:
            expected.append(a == b or (math.isnan(a) and math.isnan(b)))
    assert found.wrong is not None
    assert (~found.wrong).ravel().tolist() == expected
    assert found.right == all(expected)


@given(ANY_FLOATS)
def test_everything_is_equal_to_itself(value: np.ndarray) -> None:
    assert compare(value, value.copy(), EXACT).right


# ---------------------------------------------------------------- dtypes


WHOLE = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]


@pytest.mark.parametrize("dtype", WHOLE)
def test_whole_numbers_of_any_width_are_met_exactly(dtype: Any) -> None:
    right = np.array([[1, 2], [3, 4]], np.int32)
    assert compare(np.array([[1, 2], [3, 4]], dtype), right, LOOSE).right
    assert compare(np.array([[1, 2], [3, 5]], dtype), right, LOOSE).kind == "values", "no tolerance on whole numbers"


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (np.array([2**64 - 1], np.uint64), np.array([-1], np.int64)),
        (np.array([2**32 - 1], np.uint32), np.array([-1], np.int32)),
        (np.array([2**31], np.uint32), np.array([-(2**31)], np.int32)),
        (np.array([2**53 + 1], np.int64), np.array([2**53], np.int64)),
        (np.array([2**63], np.uint64), np.array([-(2**63)], np.int64)),
        (np.array([-128], np.int8), np.array([128], np.int32)),
    ],
)
def test_whole_numbers_are_not_equal_by_wrapping_or_rounding(answer: np.ndarray, right: np.ndarray) -> None:
    assert compare(answer, right, LOOSE).kind == "values"


@pytest.mark.parametrize("dtype", [*WHOLE, np.bool_])
def test_whole_numbers_and_truth_values_are_no_floats(dtype: Any) -> None:
    found = compare(np.ones(3, dtype), np.ones(3), LOOSE)
    assert found.kind == "dtype"
    assert found.wrong is None


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.bool_])
def test_floats_and_truth_values_are_no_whole_numbers(dtype: Any) -> None:
    assert compare(np.ones(3, dtype), np.ones(3, np.int32), LOOSE).kind == "dtype"


def test_truth_values_are_compared_as_such() -> None:
    right = np.array([True, False])
    assert compare(np.array([True, False]), right, EXACT).right
    assert compare(np.array([True, True]), right, EXACT).kind == "values"
    assert compare(np.array([1, 0], np.int32), right, EXACT).kind == "dtype"


def test_a_scalar_of_whole_numbers() -> None:
    assert compare(np.array(3, np.int64), np.array(3), EXACT).right
    assert compare(np.array(4, np.int64), np.array(3), EXACT).kind == "values"
    assert largest_difference(np.array(4, np.int64), np.array(3)) == 1.0
    assert compare(np.array(3.0), np.array(3), EXACT).kind == "dtype"


def test_float64_is_judged_in_float64() -> None:
    right = truth([1.0])
    assert compare(np.array([1.0 + 5e-7]), right, SMALL).right
    assert compare(np.array([1.0 + 2e-6]), right, SMALL).kind == "values"
    assert compare(np.array([1 / 3], np.float16), truth([1 / 3]), SMALL).kind == "values", "float16 rounds too much"


# ---------------------------------------------------------------- huge and tiny


def test_huge_values_overflow_into_nothing() -> None:
    """No warning either: pytest turns each into an error."""
    top = np.finfo(np.float64).max
    for answer, right in [(top, -top), (-top, top), (top, 1.0), (1.0, -top)]:
        found = compare(np.array([answer]), np.array([right]), SMALL)
        assert found.kind == "values"
        off = largest_difference(np.array([answer]), np.array([right]))
        assert off is not None
        assert off >= 1e308
    assert compare(np.array([top]), np.array([top]), EXACT).right
    assert compare(np.array([top]), np.array([top]), Tolerance(1.0, top)).right


def test_float32_infinity_is_not_a_large_number() -> None:
    assert compare(array([INF]), truth([1e39]), Tolerance(1.0, 1e300)).kind == "not_finite"


def test_subnormal_numbers() -> None:
    tiny = float(np.finfo(np.float32).smallest_subnormal)
    assert compare(array([tiny]), truth([tiny]), EXACT).right
    assert compare(array([0.0]), truth([tiny]), EXACT).kind == "values"
    assert compare(array([0.0]), truth([tiny]), SMALL).right
    assert compare(array([-0.0]), truth([0.0]), EXACT).right
    least = np.finfo(np.float64).smallest_subnormal
    assert compare(np.array([least]), np.array([2 * least]), Tolerance(0.0, float(least))).right


# ---------------------------------------------------------------- the largest difference


def test_largest_difference() -> None:
    assert largest_difference(array([1.0, 5.0]), array([2.0, 3.0])) == 2.0
    assert largest_difference(array([NAN, 5.0, INF]), array([2.0, 3.5, INF])) == 1.5
    assert largest_difference(array([NAN]), array([1.0])) is None
    assert largest_difference(array([[1.0]]), array([1.0])) is None
    assert largest_difference(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert largest_difference(np.array(3), np.array(5)) == 2.0
    assert largest_difference(np.array([True]), np.array([False])) == 1.0
    assert largest_difference(np.array([0], np.uint8), np.array([255], np.uint8)) == 255.0


# ---------------------------------------------------------------- the tolerance


@given(TRUTHS, st.floats(0, 1e6), st.integers(1, 10**6))
def test_tolerance_grows_with_scale_and_terms(right: np.ndarray, scale: float, terms: int) -> None:
    one = tolerance(right, scale, terms)
    assert one.relative == 0
    assert math.isfinite(one.absolute)
    assert one.absolute >= 0
    largest = max(np.abs(right).max(initial=0.0), scale)
    assert one.absolute == pytest.approx(ROUNDINGS * EPSILON * math.sqrt(terms) * largest, rel=1e-12)
    assert tolerance(right, scale, 4 * terms).absolute == pytest.approx(2 * one.absolute)
    assert tolerance(right, 2 * scale, terms).absolute >= one.absolute
    assert tolerance(2 * right, 2 * scale, terms).absolute == pytest.approx(2 * one.absolute)


@given(TRUTHS, st.integers(1, 1000))
def test_float32_rounding_of_the_truth_is_far_inside(right: np.ndarray, terms: int) -> None:
    if 0 < np.abs(right).max(initial=0.0) < 1e-30:
        return  # float32 has fewer digits there, or none
    allowed = tolerance(right, 0.0, terms)
    rounded = right.astype(np.float32)
    assert compare(rounded, right, allowed).right
    assert (largest_difference(rounded, right) or 0.0) * 10 <= allowed.absolute


@given(hnp.arrays(np.float64, (3, 4), elements=FINITE))
def test_zeros_and_a_constant_are_outside(right: np.ndarray) -> None:
    largest = np.abs(right).max()
    if largest == 0:
        return
    allowed = tolerance(right, 0.0, 100)
    assert compare(np.zeros((3, 4)), right, allowed).kind == "values"
    assert compare(-right, right, allowed).kind == "values"


@pytest.mark.parametrize("scale", [NAN, INF])
def test_a_scale_that_is_no_number_is_left_out(scale: float) -> None:
    assert tolerance(truth([2.0]), scale, 1) == tolerance(truth([2.0]), 0.0, 1)


def test_values_that_are_no_numbers_are_left_out() -> None:
    assert tolerance(truth([NAN, INF, -3.0]), 0.0, 1) == tolerance(truth([-3.0]), 0.0, 1)
    assert tolerance(truth([NAN]), 0.0, 1) == EXACT
    assert tolerance(np.zeros((0, 3)), 0.0, 0) == EXACT


def test_whole_numbers_have_no_tolerance() -> None:
    assert tolerance(np.array([1, 2], np.int32), 1e9, 10**9) == EXACT
    assert tolerance(np.array([True]), 1e9, 10**9) == EXACT


def test_what_is_allowed_follows_the_truth_and_never_the_answer() -> None:
    relative = Tolerance(0.1, 0.5)
    assert relative.allowed(truth([10.0, -20.0, 0.0, NAN, INF, -INF])).tolist() == [1.5, 2.5, 0.5, 0.5, 0.5, 0.5]
    assert compare(array([1e30]), truth([1.0]), relative).kind == "values"
    assert compare(array([1.0]), truth([1e30]), Tolerance(0.9, 0.0)).kind == "values"
    assert relative.allowed(np.array(3.0)).shape == ()
    assert relative.allowed(np.zeros((0, 2))).shape == (0, 2)


def test_the_edge_of_the_tolerance_is_inside() -> None:
    assert compare(np.array([1.5]), truth([1.0]), Tolerance(0.0, 0.5)).right
    assert compare(np.array([np.nextafter(1.5, 2)]), truth([1.0]), Tolerance(0.0, 0.5)).kind == "values"


# ---------------------------------------------------------------- the truth as an array


def test_a_result_of_the_reference_as_the_truth() -> None:
    assert as_truth(np.float32(0.5)).dtype == np.float64
    assert as_truth(3).dtype.kind == "i"
    assert as_truth(np.ones(2, np.float16)).dtype == np.float64
    assert as_truth(np.array([1], np.int32)).dtype == np.int32
    assert as_truth(True).dtype == np.bool_


def test_nothing_warns() -> None:
    odd = [array([[NAN, INF]]), array([[-INF, 3e38]]), np.array([[1, 2]]), np.array([[True, False]])]
    rights = [truth([[INF, NAN]]), truth([[1e308, -1e308]]), np.array([[1, 2]])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for answer, right in itertools.product(odd, rights):
            compare(answer, right, Tolerance(1.0, 1e308))
