"""The same questions to every page of the course. A new exercise is asked them all, and adds no test code."""

from __future__ import annotations

import ast
import doctest
from functools import cache

import numpy as np
import pytest
from conftest import ROOT, Run, grade
from margins import mistake_margins

from grader.build import (
    fresh,
    import_tensorflow,
    in_float64,
    load_plain,
    mistake_of,
    reference_of,
    tensorflow_of,
    tolerance_of,
    truth_of,
)
from grader.cases import BUILT_IN, Case, draw_benchmark, draw_cases
from grader.compare import Tolerance, as_truth, compare
from grader.course import Course, Exercise, Page, load_page
from grader.key import tensorflow_version
from grader.stubs import stub_of

COURSE = Course(ROOT)
PAGES = COURSE.pages()
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
RANDOM_CASES = 200
OTHER_SEED = 12345


@cache
def plain(page: Page) -> Exercise:
    return load_plain(page)


@cache
def compiled(page: Page) -> Exercise:
    return load_page(page)


@cache
def cases_of(page: Page) -> list[Case]:
    return draw_cases(plain(page), seed=0)


@cache
def untouched() -> Run:
    return grade("--json", "-")


# ---------------------------------------------------------------- the stub


@EVERY_PAGE
def test_the_stub_is_what_the_page_says(page: Page) -> None:
    assert page.stub.read_text(encoding="utf-8") == stub_of(page), "python -m grader.stubs writes the stubs anew"


@EVERY_PAGE
def test_the_stub_gives_nothing_away(page: Page) -> None:
    tree = ast.parse(page.stub.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imports] == ["import numpy as np"]
    (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    document, raises = function.body
    assert isinstance(document, ast.Expr)
    assert ast.unparse(raises) == "raise NotImplementedError"


@EVERY_PAGE
def test_the_stub_is_not_started(page: Page) -> None:
    assert untouched().status == 1
    assert untouched().json["score"] == 0
    assert untouched().json["max_score"] == 100
    assert untouched().statuses()[page.name] == "not_started"


# ---------------------------------------------------------------- the page


@EVERY_PAGE
def test_the_page_is_complete(page: Page) -> None:
    exercise = plain(page)
    names = {other.name for other in PAGES}
    assert set(exercise.needs) <= names - {page.name}
    assert exercise.hints
    assert len(exercise.mistakes) >= 2
    assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert all(mistake.page for mistake in exercise.mistakes), "what `grade explain` would show is missing"
    assert exercise.fixed, "a page begins with telling inputs"
    tree = ast.parse(page.path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


@EVERY_PAGE
def test_every_family_has_cases_from_small_to_large(page: Page) -> None:
    families = [case.family for case in cases_of(page)]
    own = [family.name for family in plain(page).families if family.name not in BUILT_IN]
    assert set(families) == {*BUILT_IN, *own}
    assert families[0] == "tiny"
    assert families[-1] == "large"
    assert 12 <= len(families) <= 30


@EVERY_PAGE
def test_the_tiny_cases_can_be_followed_by_hand(page: Page) -> None:
    tiny = [case for case in cases_of(page) if case.family == "tiny"]
    for case in tiny:
        arrays = [one for value in case.inputs.values() for one in (value if isinstance(value, list) else [value])]
        numbers = sum(array.size for array in arrays if isinstance(array, np.ndarray))
        assert numbers <= 120, f"case {case.index} has {numbers} numbers"


@EVERY_PAGE
def test_the_example_holds(page: Page) -> None:
    exercise = compiled(page)
    names = {"np": np, page.name: exercise.function}
    example = doctest.DocTestParser().get_doctest(exercise.doc, names, page.name, str(page.path), 0)
    assert example.examples
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.append)
    assert not said, "".join(said)


@EVERY_PAGE
def test_the_reference_leaves_its_inputs_alone(page: Page) -> None:
    for case in cases_of(page):
        given = fresh(case.inputs)
        compiled(page).reference(*given)
        for value, kept in zip(given, case.inputs.values(), strict=True):
            np.testing.assert_equal(value, kept)


@EVERY_PAGE
def test_the_compiled_reference_agrees_with_the_truth(page: Page) -> None:
    for case in draw_cases(plain(page), OTHER_SEED, RANDOM_CASES):
        truth = truth_of(plain(page), case)
        compared = compare(reference_of(compiled(page), case), truth, tolerance_of(plain(page), case, truth))
        assert compared.right, (case.index, case.family, case.dims, compared.kind)


@pytest.mark.skipif(tensorflow_version() is None, reason="TensorFlow is not installed")
@EVERY_PAGE
def test_tensorflow_agrees_with_the_truth(page: Page) -> None:
    import_tensorflow()
    for case in draw_cases(plain(page), OTHER_SEED, RANDOM_CASES):
        truth = truth_of(plain(page), case)
        compared = compare(tensorflow_of(plain(page), case), truth, tolerance_of(plain(page), case, truth))
        assert compared.right, (case.index, case.family, case.dims, compared.kind)


@EVERY_PAGE
def test_the_fast_passes_and_the_plain_loops_say_the_same(page: Page) -> None:
    for case in cases_of(page):
        truth = truth_of(plain(page), case)
        fast = as_truth(plain(page).reference(*in_float64(case.inputs)))
        assert fast.dtype == truth.dtype
        np.testing.assert_allclose(fast, truth, rtol=1e-8, atol=1e-12, err_msg=f"case {case.index}, {case.family}")


# ---------------------------------------------------------------- the sizes on which speed is measured


SMALL = 1 / 1000
"""The share of a benchmark's size at which plain loops in Python are done at once."""


@cache
def small_benchmark(page: Page) -> tuple[Case, np.ndarray, Tolerance]:
    case = draw_benchmark(plain(page), seed=0, share=SMALL)
    truth = truth_of(plain(page), case)
    return case, truth, tolerance_of(plain(page), case, truth)


@EVERY_PAGE
def test_the_benchmark_says_every_size_and_fits(page: Page) -> None:
    declared = plain(page).benchmark_sizes
    assert declared is not None, f"the page has no {page.name}.benchmark(...)"
    case = draw_benchmark(plain(page), seed=0)
    assert set(case.dims) == set(declared.family.dims)
    assert all(isinstance(size, int) for size in declared.family.dims.values())
    arrays = [one for value in case.inputs.values() for one in (value if isinstance(value, list) else [value])]
    assert sum(array.nbytes for array in arrays if isinstance(array, np.ndarray)) <= 40e6, "too much to send each time"


@EVERY_PAGE
def test_the_reference_is_right_on_the_benchmark(page: Page) -> None:
    case, truth, allowed = small_benchmark(page)
    compared = compare(reference_of(compiled(page), case), truth, allowed)
    assert compared.right, (case.dims, compared.kind)


@pytest.mark.skipif(tensorflow_version() is None, reason="TensorFlow is not installed")
@EVERY_PAGE
def test_tensorflow_is_right_on_the_benchmark(page: Page) -> None:
    import_tensorflow()
    case, truth, allowed = small_benchmark(page)
    compared = compare(tensorflow_of(plain(page), case), truth, allowed)
    assert compared.right, (case.dims, compared.kind)


# ---------------------------------------------------------------- wrong answers


@EVERY_PAGE
@pytest.mark.parametrize("seed", range(3))
def test_every_mistake_fails_by_far(page: Page, seed: int) -> None:
    for name, margin in mistake_margins(plain(page), seed).items():
        assert margin >= 10, f"{name} is only {margin:.3g} times what is allowed"


@EVERY_PAGE
def test_no_two_mistakes_are_the_same(page: Page) -> None:
    exercise = plain(page)
    seen: dict[tuple[object, ...], str] = {}
    for mistake in exercise.mistakes:
        answers = [mistake_of(mistake.function, case) for case in cases_of(page)]
        print_ = tuple(one if isinstance(one, str) else (one.shape, one.tobytes()) for one in answers)
        assert print_ not in seen, f"{mistake.name} answers as {seen[print_]} does"
        seen[print_] = mistake.name


TRIVIAL = {
    "zeros": lambda case, truth: np.zeros(truth.shape, truth.dtype),
    "ones": lambda case, truth: np.ones(truth.shape, truth.dtype),
    "nan": lambda case, truth: np.full(truth.shape, np.nan),
    "the first input": lambda case, truth: next(
        (np.asarray(value) for value in case.inputs.values() if not isinstance(value, list)), np.zeros(truth.shape)
    ),
    "the mean": lambda case, truth: np.full(truth.shape, truth.mean()).astype(truth.dtype),
}


@EVERY_PAGE
@pytest.mark.parametrize("trivial", TRIVIAL)
def test_no_trivial_answer_passes(page: Page, trivial: str) -> None:
    wrong = 0
    sizes = set()
    for case in cases_of(page):
        truth = truth_of(plain(page), case)
        sizes.add(truth.size)
        answer = TRIVIAL[trivial](case, truth)
        wrong += not compare(answer, truth, tolerance_of(plain(page), case, truth)).right
    right = trivial == "the mean" and sizes == {1}  # the mean of one number is that number
    assert wrong > 0 or right


@EVERY_PAGE
def test_an_answer_of_another_case_does_not_pass(page: Page) -> None:
    truths = [truth_of(plain(page), case) for case in cases_of(page)]
    wrong = sum(
        not compare(truths[k - 1], truths[k], tolerance_of(plain(page), case, truths[k])).right
        for k, case in enumerate(cases_of(page))
    )
    assert wrong >= len(truths) // 2


# ---------------------------------------------------------------- the course as a whole


def test_points_sum_to_100() -> None:
    assert sum(plain(page).points for page in PAGES) == 100


def test_there_are_35_exercises_in_9_chapters() -> None:
    assert len(PAGES) == 35
    assert len({page.chapter for page in PAGES}) == 9


def test_every_place_in_a_chapter_is_taken_once() -> None:
    for chapter in {page.chapter for page in PAGES}:
        orders = sorted(plain(page).order for page in PAGES if page.chapter == chapter)
        assert orders == list(range(1, len(orders) + 1)), chapter


def test_needs_point_backwards() -> None:
    place = {page.name: (page.chapter, plain(page).order) for page in PAGES}
    for page in PAGES:
        for needed in plain(page).needs:
            assert place[needed] < place[page.name], f"{page.name} needs {needed}, which comes later"


def test_no_file_is_orphaned() -> None:
    def files(root: str) -> set[str]:
        found = (path.relative_to(ROOT / root) for path in (ROOT / root).rglob("*") if path.is_file())
        return {path.as_posix() for path in found if "__pycache__" not in path.parts}

    readmes = {f"{chapter}/README.md" for chapter in {page.chapter for page in PAGES}}
    pages = {f"{page.chapter}/{page.name}.py" for page in PAGES}
    assert files("solutions") == pages | readmes
    assert files("exercises") == pages | readmes


def test_results_are_arrays_in_float32_or_int32() -> None:
    for page in PAGES:
        for case in cases_of(page):
            answer = reference_of(compiled(page), case)
            assert answer.dtype.name in ("float32", "float64", "int32", "int64"), page.name
            if answer.ndim:
                assert answer.dtype.name in ("float32", "int32"), page.name
            assert as_truth(answer).dtype.kind in "fi"
