"""What real people hit: cases retold from public issues, forums and learners' repositories.

For each: the right value, by the page's own reference; and a learner's function with the misconception, through
grading, with what the report says of it. The numbers are those of the field case, or of the nearest exercise that the
course has for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from grading import graded

from grader.build import load_plain
from grader.course import Course, Exercise
from grader.report import ExerciseReport

PAGES = {page.name: page for page in Course(ROOT).pages()}
SOURCES = Path(__file__).with_name("field_cases.md")


@cache
def reference(name: str) -> Exercise:
    return load_plain(PAGES[name])


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float64).reshape(-1, 1)


def classes(*values: int) -> np.ndarray:
    return np.array(values, np.int32).reshape(-1, 1)


def image(rows: Any) -> np.ndarray:
    """One image of one channel."""
    return np.array(rows, np.float64)[None, :, :, None]


ZERO = np.zeros(1)
COUNT = np.arange(16).reshape(4, 4)


@pytest.mark.parametrize(
    ("name", "arguments", "right"),
    [
        pytest.param("softmax", ([[1000.0, 1001.0], [0.0, 1.0]],), [[0.2689414, 0.7310586]] * 2, id="A02"),
        pytest.param("dense", (np.array([[10]], np.int8), [[20.0]], [0.0]), [[200]], id="A05"),
        pytest.param("sigmoid", ([-1234.1, 0, 100.0],), [0, 0.5, 1], id="A06"),
        pytest.param("sigmoid", ([0.0, 10.0, -1.0],), [0.5, 0.9999546, 0.2689414], id="A07"),
        pytest.param(
            "conv2d_stack", (image([[5, 1, -4, 0]]), [np.ones((1, 1, 1, 1))], [ZERO]), image([[5, 1, 0, 0]]), id="A08"
        ),
        pytest.param("binary_cross_entropy", (classes(1), column(1)), 1e-7, id="A09-right-1"),
        pytest.param("binary_cross_entropy", (classes(0), column(0)), 1e-7, id="A09-right-0"),
        pytest.param("binary_cross_entropy", (classes(1), column(0)), 16.118096, id="A09-wrong-1"),
        pytest.param("binary_cross_entropy", (classes(0), column(1)), 16.118096, id="A09-wrong-0"),
        pytest.param("binary_cross_entropy", (classes(1, 1, 1), column(1, 1, 0)), 5.3726986, id="A10"),
        pytest.param("binary_cross_entropy", (classes(1, 0, 1), column(0.9, 0.2, 0.6)), 0.2797766, id="A11"),
        pytest.param("binary_cross_entropy", (classes(1), column(0.9)), 0.1053605, id="A13-1"),
        pytest.param("binary_cross_entropy", (classes(0), column(0.2)), 0.2231436, id="A13-0"),
        pytest.param("binary_cross_entropy", (classes(1, 0), column(0.9, 0.2)), 0.1642520, id="A14"),
        pytest.param("mean_squared_error", (column(1, 2, 3), column(1, 2, 3)), 0, id="A15-loss"),
        pytest.param("regression_targets", ([[1.0, 1.0]], [1.0, 2.0], [10.0]), [13], id="A15-targets"),
        pytest.param(
            "categorical_cross_entropy",
            ([[0.0, 1.0, 0.0]], np.array([[0.5, 0.89, 0.6]]) / 1.99),
            0.8046685,
            id="A17",
        ),
        pytest.param(
            "sparse_categorical_cross_entropy",
            (np.array([0, 1], np.int32), [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]),
            0.2899092,
            id="A18",
        ),
        pytest.param(
            "conv2d_stack",
            (
                np.array([1.0, -2.0]).reshape(1, 1, 1, 2),
                [np.eye(2).reshape(1, 1, 2, 2), np.array([[1.0, 1.0], [1.0, -1.0]]).reshape(1, 1, 2, 2)],
                [np.zeros(2), np.zeros(2)],
            ),
            np.array([1.0, 1.0]).reshape(1, 1, 1, 2),
            id="A23",
        ),
        pytest.param("dense", ([[1.0, 2.0]], [[1.0], [1.0]], [0.0]), [[3]], id="A24"),
        pytest.param(
            "conv2d_strided", (image(COUNT), np.ones((2, 2, 1, 1)), ZERO, 2), image([[10, 18], [42, 50]]), id="A27-i"
        ),
        pytest.param("max_pool2d", (image(COUNT), 2, 2), image([[5, 7], [13, 15]]), id="A27-ii"),
        pytest.param("conv2d", (np.array([[[[1.0, 10, 100]]]]), np.ones((1, 1, 3, 1)), ZERO), [[[[111]]]], id="A28-i"),
        pytest.param(
            "conv2d",
            (np.array([[[[1.0, 10, 100]]]]), np.arange(1.0, 7).reshape(1, 1, 3, 2), np.zeros(2)),
            [[[[531, 642]]]],
            id="A28-ii",
        ),
        pytest.param(
            "conv2d_same", (image([[1, 2, 3]]), np.ones((1, 2, 1, 1)), ZERO, 1), image([[3, 5, 3]]), id="A30-i"
        ),
        pytest.param(
            "conv2d_same",
            (image(COUNT), np.ones((2, 2, 1, 1)), ZERO, 1),
            image([[10, 14, 18, 10], [26, 30, 34, 18], [42, 46, 50, 26], [25, 27, 29, 15]]),
            id="A30-ii",
        ),
        pytest.param(
            "conv2d_same",
            (image([[1, 2, 3, 4]]), np.array([1.0, 10, 100]).reshape(1, 3, 1, 1), ZERO, 2),
            image([[321, 43]]),
            id="A31-even",
        ),
        pytest.param(
            "conv2d_same",
            (image([[1, 2, 3, 4, 5]]), np.array([1.0, 10, 100]).reshape(1, 3, 1, 1), ZERO, 2),
            image([[210, 432, 54]]),
            id="A31-odd",
        ),
        pytest.param("conv2d_same", (image([[1, 1.1, 1.2]]), np.ones((1, 1, 1, 1)), ZERO, 3), image([[1]]), id="A32-i"),
        pytest.param(
            "conv2d_same",
            (image([[1, 2, 3, 4, 5, 6]]), np.ones((1, 2, 1, 1)), ZERO, 4),
            image([[3, 11]]),
            id="A32-ii",
        ),
        pytest.param(
            "conv2d",
            (image(np.ones((5, 5))), np.ones((3, 3, 1, 2)), np.zeros(2)),
            np.full((1, 3, 3, 2), 9),
            id="A34",
        ),
        pytest.param(
            "max_pool2d_same",
            (image(-np.arange(1, 10).reshape(3, 3)), 2, 2),
            image([[-1, -3], [-7, -9]]),
            id="A36",
        ),
        pytest.param(
            "average_pool2d_same",
            (image(np.arange(1, 10).reshape(3, 3)), 2, 2),
            image([[3, 4.5], [7.5, 9]]),
            id="A37",
        ),
        pytest.param("zero_pad2d", (image([[1, 2]]), 1), image([[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]]), id="A38"),
    ],
)
def test_the_right_value(name: str, arguments: tuple[Any, ...], right: Any) -> None:
    given = [
        np.array(one) if isinstance(one, list) and not isinstance(one[0], np.ndarray) else one for one in arguments
    ]
    kept = [np.copy(one) if isinstance(one, np.ndarray) else one for one in given]
    answer = np.asarray(reference(name)(*given))
    assert answer.shape == np.shape(right)
    np.testing.assert_allclose(answer, right, rtol=2e-7, atol=5e-8)
    for one, before in zip(given, kept, strict=True):
        np.testing.assert_equal(one, before)


@pytest.mark.parametrize("shape", [(1, 3, 3, 1), (1, 3, 3, 3), (2, 1, 3, 1)], ids=str)
def test_a33_the_result_keeps_four_axes(shape: tuple[int, ...]) -> None:
    answer = reference("conv2d")(np.ones(shape), np.ones((1, 2, shape[3], 1)), ZERO)
    assert answer.shape == (shape[0], shape[1], shape[2] - 1, 1)


# ---------------------------------------------------------------- the misconceptions, graded


@dataclass(frozen=True)
class Misconception:
    """A learner's function, and what its report holds: the names of the diagnosis, and phrases of message and notes."""

    title: str
    exercise: str
    status: str
    diagnosis: tuple[str, ...]
    phrases: tuple[str, ...]
    source: str


def misconceptions() -> list[Misconception]:
    """Read from `field_cases.md`, where each stands under a heading, with what is expected and its code."""
    pattern = re.compile(
        r"^## (?P<title>[^\n]+)\n\n"
        r"(?P<exercise>\w+): (?P<status>\w+)(?:; named: (?P<named>[\w, ]+))?(?P<phrases>(?:\n- [^\n]+)*)\n\n"
        r"```python\n(?P<source>.*?)```$",
        re.MULTILINE | re.DOTALL,
    )
    return [
        Misconception(
            one["title"],
            one["exercise"],
            one["status"],
            tuple(one["named"].split(", ")) if one["named"] else (),
            tuple(line[2:] for line in one["phrases"].strip().splitlines()),
            one["source"],
        )
        for one in pattern.finditer(SOURCES.read_text(encoding="utf-8"))
    ]


CASES = misconceptions()


@cache
def reports() -> list[ExerciseReport]:
    return graded([(case.exercise, "import numpy as np\n\n\n" + case.source) for case in CASES])


def test_every_case_was_read() -> None:
    text = SOURCES.read_text(encoding="utf-8")
    assert len(CASES) == text.count("\n## ") == text.count("```python\n")


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.title for case in CASES])
def test_the_report(number: int) -> None:
    case, report = CASES[number], reports()[number]
    assert report.status == case.status
    assert tuple(one.mistake for one in report.diagnosis) == case.diagnosis
    told = "\n".join([report.failure.message if report.failure else "", *report.notes])
    told += "\n" + "\n".join(one.message for one in report.diagnosis)
    for phrase in case.phrases:
        assert phrase in told
