"""Why an answer is wrong: every known mistake is named, nothing else is claimed, and snippets do what they say."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mistakes
import numpy as np
import pytest
from conftest import ROOT, grade
from grading import graded, parts
from margins import HONEST

from grader import wire, words
from grader.build import fresh, load_plain
from grader.compare import Tolerance, compare
from grader.course import Course, Page
from grader.diagnose import diagnose
from grader.grading import Grading, save_case, snippet
from grader.key import About, KeyCase, Part
from grader.outcome import Outcome
from grader.place import place_of, values_map
from grader.player import Player
from grader.submission import read_submission

COURSE = Course(ROOT)
EVERY_PAGE = pytest.mark.parametrize("page", COURSE.pages(), ids=lambda page: page.name)


# ---------------------------------------------------------------- every known mistake, and nothing else


def test_known_mistakes_are_named_by_grade() -> None:
    """Files that make them, in every fourth of the runs that `python tests/mistakes.py` does: all would take long."""
    table = list(mistakes.named(COURSE, seed=0, every=4))
    assert len(table) > 90
    assert [row for row in table if row[2] != [row[1]]] == []


@pytest.mark.parametrize("seed", [0, 1, 2, 12345])
def test_every_known_mistake_is_named(seed: int) -> None:
    """From the key alone: what a mistake answers there is what a learner who makes it would answer."""
    for part in parts(seed).values():
        for mistake in part.about.mistakes:
            outcomes = []
            for case in part.cases:
                answer = case.mistakes[mistake["name"]]
                if isinstance(answer, str):
                    outcomes.append(Outcome(case, None, right=False, kind="raised"))
                else:
                    right = compare(answer, case.truth, case.tolerance).right
                    outcomes.append(Outcome(case, answer, right))
            assert [one.mistake for one in diagnose(part, outcomes)] == [mistake["name"]], part.about.name


# Compiling the jitted ones in every child takes a minute; they are the same loops.
@pytest.mark.parametrize("style", [style for style in HONEST if style != "jitted"])
def test_nothing_is_claimed_of_honest_answers(style: str) -> None:
    path = ROOT / "tests" / "honest" / (style if style == "loops32" else f"{style}.py")
    run = grade("--from", path, "--seed", "1", "--json", "-")
    assert [one["name"] for one in run.json["exercises"] if one["diagnosis"] or one["status"] != "passed"] == []


@EVERY_PAGE
def test_nothing_is_claimed_of_another_kind_of_wrong_answer(page: Page) -> None:
    """Noise has no reason: what is said of it must be no known mistake, and no relation that explains it all."""
    part = parts()[page.name]
    rng = np.random.default_rng(0)
    outcomes = []
    for case in part.cases:
        answer = case.truth + rng.integers(1, 9, case.truth.shape) * rng.choice([-1, 1], case.truth.shape)
        if case.truth.dtype.kind == "f":
            answer = (answer + rng.normal(size=case.truth.shape)).astype(np.float32)
        outcomes.append(Outcome(case, np.asarray(answer), right=False))
    found = {one.mistake for one in diagnose(part, outcomes)}
    assert found <= {"out_of_range", "negative", "sums", "one_sided"}, found


@EVERY_PAGE
def test_an_answer_that_is_only_a_little_off_is_no_known_mistake(page: Page) -> None:
    """Just beyond the tolerance, everything that is nearly right looks alike."""
    part = parts()[page.name]
    outcomes = []
    for case in part.cases:
        if case.truth.dtype.kind != "f":
            return
        answer = case.truth + 3 * case.tolerance.allowed(case.truth) * np.where(
            np.indices(case.truth.shape).sum(0) % 2, 1, -1
        )
        outcomes.append(Outcome(case, answer, right=False))
    found = {one.mistake for one in diagnose(part, outcomes)}
    assert found <= {"nearly", "one_sided", "where_certain", "out_of_range", "negative"}, found


# ---------------------------------------------------------------- relations, on numbers made for them


SHAPES = [(2, 3), (3, 2), (4, 5), (3, 3), (1, 4), (5, 2)]


def part_of(
    truths: list[np.ndarray],
    returns: str = "N K",
    inputs: list[dict[str, Any]] | None = None,
    dims: list[dict[str, Any]] | None = None,
) -> Part:
    given = inputs or [{"x": np.ones(3, np.float32)}] * len(truths)
    cases = [
        KeyCase(
            index=k,
            family="tiny",
            dims=dims[k] if dims else dict(zip(returns.split(), truth.shape, strict=True)),
            returns=returns,
            arguments=list(given[k]),
            call=wire.encode_call(given[k].values()),
            truth=truth,
            reference=truth,
            tensorflow=None,
            tolerance=Tolerance(0.0, 1e-5 if truth.dtype.kind == "f" else 0.0),
            mistakes={},
        )
        for k, truth in enumerate(truths)
    ]
    arguments = list(cases[0].inputs)
    about = About("toy", "c1", 1, 1, [], arguments, dict.fromkeys(arguments), {}, returns, [], "", [], [])
    return Part(about, cases, None, "")


def said(part: Part, change: Callable[[KeyCase], Any]) -> list[tuple[str, str]]:
    outcomes = []
    for case in part.cases:
        answer = np.asarray(change(case))
        outcomes.append(Outcome(case, answer, compare(answer, case.truth, case.tolerance).right))
    return [(one.mistake, one.message) for one in diagnose(part, outcomes)]


def truths(low: float = -5, high: float = 5, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.uniform(low, high, shape) for shape in SHAPES]


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@pytest.mark.parametrize(
    ("change", "name", "phrase"),
    [
        (lambda t: t.T, "transposed", "(K, N)"),
        (lambda t: t[:, ::-1], "flipped", "the columns (K)"),
        (lambda t: -t, "sign_lost", "wrong sign"),
        (lambda t: 2 * t, "scaled", "times 2"),
        (lambda t: t / len(t), "scaled", "divided by N"),
        (lambda t: -t * t.shape[1], "scaled", "times K, and has the wrong sign"),
        (lambda t: t * t.shape[0] / t.shape[1], "scaled", "times N / K"),
        (lambda t: t * t.size, "scaled", "times (N * K)"),
        (lambda t: t / np.log(2), "scaled", "base 2"),
        (lambda t: 0.3 * t, "scaled", "times 0.3"),
        (lambda t: t + 0.25, "offset", "too large by the same number, 0.25"),
        (lambda t: t - np.log(len(t)), "offset", "the logarithm of N"),
        (np.trunc, "truncated", "cut to whole numbers"),
        (np.floor, "truncated", "rounded down"),
        (lambda t: np.round(t, 2), "rounded", "2 decimals"),
        (lambda t: t.astype(np.float16), "float16", "float16"),
        (lambda t: t * (1 + 1e-4 * np.sign(t)), "nearly", "nearly right"),
        (lambda t: np.maximum(t, 0), "relu", "relu"),
        (np.abs, "absolute", "absolute value"),
        (lambda t: 1 - t, "one_minus", "1 minus"),
        (np.square, "squared", "squares"),
        (lambda t: 1 / (1 + np.exp(-t)), "sigmoid_too_many", "one sigmoid too many"),
        (softmax, "softmax_too_many", "one softmax too many"),
        (np.tanh, "tanh", "tanh"),
        (lambda t: t.ravel(), "flattened", "2 axes"),
        (lambda t: t[..., None], "axis_added", "an axis of size 1"),
        (lambda t: t.T.reshape(t.shape), "rearranged", "other places"),
        (lambda t: np.roll(t, 1, axis=1), "shifted", "comes in at the start"),
        (lambda t: np.repeat(t[:1], len(t), axis=0), "repeated", "the first row"),
        (lambda t: np.cumsum(t, axis=0), "running_sum", "the rows (N)"),
        (lambda t: t.sum(axis=1), "reduced", "the sum along the axis K"),
        (lambda t: t.mean(), "reduced", "a single number"),
        (lambda t: t.argmax(axis=1), "place_of_largest", "argmax"),
        (lambda t: t[0], "only_a_part", "the first row"),
        (lambda t: t[0, 0], "only_a_part", "the first value"),
        (lambda t: np.full(t.shape, 0.5), "constant", "0.5 everywhere"),
        (lambda t: t[:, :-1], "another_shape", "(N, K-1)"),
        (lambda t: np.ones((2, 2)), "constant", "1 everywhere"),
        (lambda t: np.zeros((2, 2)) + np.arange(2), "another_shape", "(2, 2) whatever"),
    ],
)
def test_a_relation_is_named(change: Callable[[np.ndarray], np.ndarray], name: str, phrase: str) -> None:
    (found,) = said(part_of(truths()), lambda case: change(case.truth))
    assert found[0] == name
    assert phrase in found[1]


@pytest.mark.parametrize(
    ("low", "high", "change", "name"),
    [
        (0.01, 0.99, np.rint, "rounded_to_a_class"),
        (0.1, 9, np.sqrt, "root"),
        (0.1, 9, np.log, "logarithm"),
        (0.01, 0.99, lambda t: np.log(t / (1 - t)), "sigmoid_missing"),
        (0.1, 9, lambda t: 1 / t, "reciprocal"),
        (0.01, 0.99, lambda t: 3 * t - np.sqrt(t), "out_of_range"),
        (0, 5, lambda t: t - 2 * np.sqrt(t), "negative"),
    ],
)
def test_a_relation_of_positive_numbers_is_named(
    low: float, high: float, change: Callable[[np.ndarray], np.ndarray], name: str
) -> None:
    found = said(part_of(truths(low, high)), lambda case: change(case.truth))
    assert [one for one, _ in found] == [name]


def test_rows_that_do_not_sum_to_1_are_told() -> None:
    rows = [softmax(one) for one in truths()]
    assert said(part_of(rows), lambda case: case.truth / len(case.truth) + 0 * case.truth)[0][0] == "scaled"
    ((name, message),) = said(part_of(rows), lambda case: case.truth**2 / (case.truth**2).sum())
    assert name == "sums"
    assert "All your numbers together sum to 1" in message


@pytest.mark.parametrize(
    ("times", "name"), [(0, "bias_missing"), (2, "bias_doubled"), (-1, "bias_subtracted"), ("N", "bias_repeated")]
)
def test_a_bias_is_missed(times: int | str, name: str) -> None:
    rng = np.random.default_rng(1)
    inputs = [{"b": rng.normal(size=shape[1]).astype(np.float32)} for shape in SHAPES]
    part = part_of(truths(), inputs=inputs)

    def change(case: KeyCase) -> np.ndarray:
        number = case.dims["N"] if times == "N" else times
        return np.asarray(case.truth + (number - 1) * case.inputs["b"].astype(np.float64))

    assert [one for one, _ in said(part, change)] == [name]


def test_a_bias_of_zero_tells_nothing() -> None:
    inputs = [{"b": np.zeros(shape[1], np.float32)} for shape in SHAPES]
    assert said(part_of(truths(), inputs=inputs), lambda case: case.truth * 1.7 + 0.1 * case.truth**2) == []


def test_a_size_that_is_the_same_in_all_cases_gives_no_factor_its_name() -> None:
    rng = np.random.default_rng(2)
    part = part_of([rng.normal(size=(3, 4)) for _ in range(5)])
    ((name, message),) = said(part, lambda case: 3 * case.truth)
    assert name == "scaled"
    assert "times 3." in message


def test_a_factor_that_fits_single_numbers_by_luck_is_not_claimed() -> None:
    rng = np.random.default_rng(3)
    part = part_of([np.asarray(one) for one in rng.uniform(1, 9, 6)], returns="", dims=[{"N": k + 2} for k in range(6)])
    assert [one for one, _ in said(part, lambda case: case.truth * rng.uniform(2, 3))] in ([], ["one_sided"])
    ((_, message),) = said(part, lambda case: case.truth / case.dims["N"])
    assert "divided by N." in message


@pytest.mark.parametrize(("back", "phrase"), [(1, "the case before"), (99, "the first case")])
def test_what_is_kept_between_calls_is_named(back: int, phrase: str) -> None:
    part = part_of(truths())
    ((name, message),) = said(part, lambda case: part.cases[max(case.index - back, 0)].truth)
    assert name == "stale"
    assert phrase in message


def test_a_list_that_grows_from_call_to_call_is_named() -> None:
    rng = np.random.default_rng(4)
    part = part_of([rng.normal(size=k) for k in (2, 3, 1, 4)], returns="N")
    kept: list[float] = []

    def change(case: KeyCase) -> np.ndarray:
        kept.extend(case.truth)
        return np.array(kept)

    ((name, message),) = said(part, change)
    assert name == "stale"
    assert "lives on between calls" in message


def test_where_right_and_wrong_part_is_told() -> None:
    part = part_of([*truths(), *truths(seed=1)])
    square = [case for case in part.cases if case.dims["N"] == case.dims["K"]]
    ((name, message),) = said(
        part, lambda case: case.truth if case.dims["N"] == case.dims["K"] else case.truth * 2 - 0.1 * case.truth**2
    )
    assert name == "where_sides_differ"
    assert message == "Everything is right except where N and K differ."
    right = [Outcome(case, case.truth, right=True) for case in square]
    raised = [
        Outcome(case, None, right=False, kind="raised") for case in part.cases if case.dims["N"] != case.dims["K"]
    ]
    (found,) = diagnose(part, sorted([*right, *raised], key=lambda one: one.case.index))
    assert found.message == "Your code stops with an exception where N and K differ, and nowhere else."
    assert diagnose(part, [*right[:1], *raised]) == ()  # one right case says too little
    assert diagnose(part, [*right, *raised]) == ()  # from some call on, for whatever reason


def test_nothing_returned_is_told_apart_from_nothing_on_one_branch() -> None:
    part = part_of(truths())
    always = [Outcome(case, None, right=False, kind="NoneType") for case in part.cases]
    sometimes = [*always[:2], *(Outcome(case, case.truth, right=True) for case in part.cases[2:])]
    assert "No case gets a result" in diagnose(part, always)[0].message
    assert "In 2 of 6 cases" in diagnose(part, sometimes)[0].message


def test_never_filled_and_the_same_place() -> None:
    rng = np.random.default_rng(5)
    part = part_of([rng.normal(size=(k, 4)) for k in (3, 4, 5)])

    def without_the_last_row(case: KeyCase) -> np.ndarray:
        answer = case.truth.copy()
        answer[-1] = 0
        return answer

    def wrong_last_row(case: KeyCase) -> np.ndarray:
        answer = case.truth.copy()
        answer[-1] = answer[-1] * [1.3, -2, 4, 0.7]
        return answer

    assert said(part, without_the_last_row)[0][0] == "never_filled"
    assert said(part, wrong_last_row) == [("same_place", "In every case that fails, only the last row is wrong.")]


@pytest.mark.parametrize(
    ("warned", "phrase"),
    [
        (("divide by zero encountered in log", "invalid value encountered in multiply"), "0 times -inf is nan"),
        (("divide by zero encountered in log",), "log(0) is -inf."),
        (("overflow encountered in exp", "invalid value encountered in divide"), "inf / inf is nan"),
        (("overflow encountered in exp",), "exp() of a large number is inf"),
        (("invalid value encountered in divide",), "0 / 0 is nan"),
        (("invalid value encountered in subtract",), "inf - inf"),
        (("invalid value encountered in multiply",), "0 times inf"),
        (("invalid value encountered in sqrt",), "square root of a negative number"),
        (("invalid value encountered in log",), "logarithm of a negative number"),
        (("divide by zero encountered in divide",), "divided by 0"),
        (("overflow encountered in cast",), "too large for its dtype"),
    ],
)
def test_numerical_trouble_is_named_by_its_warnings(warned: tuple[str, ...], phrase: str) -> None:
    part = part_of(truths())
    outcomes = [Outcome(case, case.truth * np.nan, right=False, warned=warned) for case in part.cases]
    (found,) = diagnose(part, outcomes)
    assert found.mistake == "numeric_trouble"
    assert phrase in found.message


def test_a_mistake_is_named_beside_trouble_that_its_page_does_not_have() -> None:
    source = "import numpy as np\n\ndef softmax(logits):\n    e = np.exp(logits)\n    return e / e.sum(axis=0)\n"
    (report,) = graded([("softmax", source)])
    assert [one.mistake for one in report.diagnosis] == ["over_the_batch", "not_finite"]


def test_two_at_once() -> None:
    exercise = "dense"
    (report,) = graded([(exercise, "def dense(x, w, b):\n    return (x @ w).T\n")])
    assert [one.mistake for one in report.diagnosis] == ["no_bias", "transposed"]
    assert report.diagnosis[1].message.startswith("Apart from that: ")


# ---------------------------------------------------------------- the place of the error


def marks(text: str) -> np.ndarray:
    return np.array([[mark == "x" for mark in row] for row in text.split()])


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (marks("..x ..x"), "Only the last column is wrong; the rest is right."),
        (marks(".. .. xx"), "Only the last row is wrong; the rest is right."),
        (
            marks("..... x.x.x"),
            "Only the last row is wrong, and there every second column from 0 on (counted from 0); the rest is right.",
        ),
        (marks(".xx .xx"), "Every column but the first is wrong; the rest is right."),
        (
            marks("..... .x.x. ....."),
            "Only row 1 (counted from 0) is wrong, and there the columns 1 and 3 (counted from 0); the rest is right.",
        ),
        (marks("... .x. ..."), ""),
        (marks(".... .... xxxx xxxx"), "The rows from 2 on (counted from 0) are wrong; the rest is right."),
        (marks("xxxx x..x xxx."), "Only values at the border are wrong; the inside is right."),
        (marks("xx xx"), ""),
    ],
)
def test_the_place_is_told(wrong: np.ndarray, expected: str) -> None:
    (case,) = part_of([np.zeros(wrong.shape)]).cases
    assert place_of(wrong, case) == expected


def test_the_place_in_images_and_lists() -> None:
    images = np.zeros((2, 3, 4, 2), bool)
    images[..., 1] = True
    (case,) = part_of([np.zeros(images.shape)], returns="N H W C").cases
    assert place_of(images, case) == "Only the last channel is wrong; the rest is right."
    images[0] = False
    assert place_of(images, case) == "Only the last image is wrong, and there only the last channel; the rest is right."
    entries = np.array([True, True, False, False, False])
    (case,) = part_of([np.zeros(5)], returns="N").cases
    assert place_of(entries, case) == "The entries up to 1 (counted from 0) are wrong; the rest is right."


def test_the_map() -> None:
    assert values_map(marks("..x x..")) == ["The result, with x for a wrong value:", ". . x", "x . ."]
    assert values_map(marks("xx xx")) == []
    images = np.zeros((2, 2, 3, 2), bool)
    images[1, 0, 2, 1] = True
    assert values_map(images) == ["out[1, :, :, 1], with x for a wrong value:", ". . x", ". . ."]
    assert values_map(np.eye(30, dtype=bool)) == []


# ---------------------------------------------------------------- snippets


def run_snippet(code: str, page: Page, function: Callable[..., Any]) -> None:
    """Run it with `function` where it imports the learner's."""
    names = ["exercises", f"exercises.{page.chapter}", f"exercises.{page.chapter}.{page.name}"]
    kept = {name: sys.modules.get(name) for name in names}
    try:
        for name in names:
            sys.modules[name] = types.ModuleType(name)
        setattr(sys.modules[names[-1]], page.name, function)
        with np.errstate(all="ignore"):
            exec(compile(code, "snippet", "exec"), {})
    finally:
        for name, module in kept.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


@EVERY_PAGE
@pytest.mark.filterwarnings("ignore")
def test_snippets_pass_the_right_answer_and_fail_the_wrong_ones(page: Page) -> None:
    exercise, part = load_plain(page), parts()[page.name]
    printed = 0
    for case in part.cases:
        code = snippet(part.about, case)
        if code:
            printed += 1
            run_snippet(code, page, exercise.function)
            assert max(map(len, code.splitlines())) <= 120
    assert printed >= 5
    for mistake in exercise.mistakes:
        for case in part.cases:
            answer = case.mistakes[mistake.name]
            compared = None if isinstance(answer, str) else compare(answer, case.truth, case.tolerance)
            if compared is not None and compared.right:
                continue
            code = snippet(part.about, case, "values" if compared is None else compared.kind)
            if code:
                with pytest.raises(Exception):  # noqa: B017, PT011  whatever stops it
                    run_snippet(code, page, mistake.function)
                run_snippet(code, page, exercise.function)
            break


@pytest.mark.parametrize("name", ["dense_stack", "conv2d_strided", "conv_output_size", "mean_squared_error"])
def test_a_case_is_saved_to_be_run(name: str, tmp_path: Any) -> None:
    (page,) = (page for page in COURSE.pages() if page.name == name)
    exercise, part = load_plain(page), parts()[name]
    code = save_case(part.about, part.cases[-1], tmp_path / "case.npz")
    run_snippet(code, page, exercise.function)
    with pytest.raises(AssertionError):
        run_snippet(
            code, page, lambda *given: exercise(*fresh(dict(zip(part.about.arguments, given, strict=True)))) + 1
        )


# ---------------------------------------------------------------- words of help, and what they must not say


def test_another_exercise_is_told_by_its_import(tmp_path: Path) -> None:
    places = {page.name: f"{page.chapter}/{page.name}.py" for page in COURSE.pages()}
    sources = {
        "c4_sigmoid/sigmoid.py": "import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n",
        "c2_minibatch/sigmoid_neuron.py": (
            "from exercises.c4_sigmoid import sigmoid\n\n\n"
            "def sigmoid_neuron(x, w, b):\n    return sigmoid(x @ w + b)\n"
        ),
        "c5_softmax/softmax_layer.py": "def softmax_layer(x, w, b):\n    return softmax(x @ w + b)\n",
        "c5_softmax/softmax.py": "def softmax(logits):\n    return sofmax(logits)\n",
    }
    for path, source in sources.items():
        file = tmp_path / "exercises" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    with Player() as player:
        grading = Grading(read_submission(tmp_path / "exercises", list(places), places), player, timeout=5)
        told = {}
        for name in ("sigmoid_neuron", "softmax_layer", "softmax"):
            failure = grading.grade(parts()[name]).failure
            assert failure is not None
            told[name] = failure.message
    meant = "You imported the file, not the function: from exercises.c4_sigmoid.sigmoid import sigmoid"
    assert meant in told["sigmoid_neuron"]
    meant = "softmax is another exercise: from exercises.c5_softmax.softmax import softmax"
    assert meant in told["softmax_layer"]
    assert "There is no sofmax here" in told["softmax"]
    assert "Did you mean" not in told["softmax"]


def test_a_line_is_shown_once_and_nothing_empty() -> None:
    source = (
        "def dense(x, w, b, n=5):\n"
        "    if n == 0:\n"
        "        raise ValueError('no help')\n"
        "    return dense(x, w, b, n - 1)\n"
    )
    (report,) = graded([("dense", source)])
    assert report.failure is not None
    assert report.failure.message.count("line 4:") == report.failure.message.count("line 3:") == 1
    assert "\n\n" not in report.failure.message
    (report,) = graded([("dense", "raise ValueError('no help')\n\n\n" + source)])
    assert report.failure is not None
    assert "\n\n" not in report.failure.message


def test_math_functions_are_spoken_of_where_they_are_called() -> None:
    given = (["TypeError"], "only 0-dimensional arrays can be converted to Python scalars", "", [])
    assert "math functions" in words.help_on(*given, source="y = math.exp(z)")
    assert "math functions" in words.help_on(*given, source="y = cmath.exp(z)")
    assert "One number is needed" in words.help_on(*given, source="y = float(z)")


def test_axes_that_are_numbers_are_not_repeated() -> None:
    assert words.named_shape(["1", "1"], (1, 1)) == "(1, 1)"
    assert words.named_shape(["N", "1"], (3, 1)) == "(N, 1) = (3, 1)"


def test_a_constant_that_is_right_at_first_is_not_called_constant() -> None:
    part = part_of([np.asarray(one) for one in (2.5, 1.5, 3.5, 4.5)], returns="", dims=[{"N": k} for k in range(4)])
    ((name, message),) = said(part, lambda case: np.asarray(2.5))
    assert name == "stale"
    assert "the first case" in message


def test_an_answer_of_any_earlier_case_is_told() -> None:
    part = part_of([*truths(), *truths(seed=1)])
    kept: dict[tuple[int, ...], np.ndarray] = {}
    ((name, message),) = said(part, lambda case: kept.setdefault(case.truth.shape, case.truth))
    assert name == "stale"
    assert "that of an earlier case" in message


def test_what_goes_wrong_from_some_call_on_is_not_put_down_to_its_sizes() -> None:
    part = part_of([np.full((k, 2), 1.0) + np.arange(2 * k).reshape(k, 2) for k in (1, 1, 2, 3, 4)])
    found = said(part, lambda case: case.truth if case.index < 2 else case.truth * 2 - 0.1 * case.truth**2)
    assert not any("right except" in message or "come only" in message for _, message in found)


def test_of_several_pairs_of_sides_none_is_claimed() -> None:
    sides = [(2, 2, 2), (3, 3, 3), (2, 3, 4), (4, 4, 4), (5, 4, 3), (3, 2, 6), (4, 4, 4)]
    rng = np.random.default_rng(6)
    part = part_of(
        [rng.normal(size=side[:2]) for side in sides], dims=[dict(zip("NKF", side, strict=True)) for side in sides]
    )
    found = said(
        part, lambda case: case.truth if len(set(case.dims.values())) == 1 else case.truth * 2 - 0.1 * case.truth**2
    )
    assert dict(found)["where_sides_differ"].startswith("Your code is right only where N, K and F are equal:")


def test_trouble_in_some_cases_is_said_of_these_alone() -> None:
    part = part_of(truths())
    warned = ("overflow encountered in exp",)
    outcomes = [
        Outcome(case, case.truth * np.nan if case.index < 2 else case.truth + 1, right=False, warned=warned)
        for case in part.cases
    ]
    found = next(one for one in diagnose(part, outcomes) if one.mistake == "numeric_trouble")
    assert found.message.startswith("In 2 of 6 cases your result holds nan or inf. exp() of")


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        ("def sigmoid(z):\n    return z + np.random.normal(size=z.shape)\n", "not_repeatable"),
        (
            "def noise(z):\n    return np.random.normal(size=z.shape)\n\ndef sigmoid(z):\n    return z + noise(z)\n",
            "not_repeatable",
        ),
        (
            "def unused():\n    return np.random.rand()\n\ncalls = []\n\n"
            "def sigmoid(z):\n    # no random number\n    calls.append(z)\n    return z + len(calls)\n",
            "stale",
        ),
    ],
)
def test_random_numbers_are_told_from_what_is_kept(source: str, mistake: str) -> None:
    (report,) = graded([("sigmoid", f"import numpy as np\n\n{source}")])
    assert [one.mistake for one in report.diagnosis] == [mistake]
