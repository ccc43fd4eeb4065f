"""How far honest answers lie inside the tolerance, and known mistakes outside, for every exercise.

    python tests/margins.py > .github/MARGINS.md

Honest answers are those in `honest/` (loops that round to float32 at every step, sums from last to first, vectorised,
Numba, float64, lists), the compiled reference and TensorFlow. Families with a tolerance of their own are left out of
the honest side: theirs is wide because TensorFlow itself rounds 1 - 1e-7 in float32.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from grader.build import (
    fresh,
    import_tensorflow,
    load_plain,
    mistake_of,
    reference_of,
    tensorflow_of,
    tolerance_of,
    truth_of,
)
from grader.cases import draw_cases
from grader.compare import compare
from grader.course import Course, Exercise, load_page
from grader.key import tensorflow_version

HERE = Path(__file__).resolve().parent
HONEST = ("vectorised", "reversed", "double", "jitted", "lists", "loops32")
SEEDS = range(5)


def ratio(answer: np.ndarray, truth: np.ndarray, allowed: np.ndarray) -> float:
    """The largest error in units of what is allowed: infinite where the answer has another shape or is no number."""
    if answer.shape != truth.shape or answer.dtype.kind != truth.dtype.kind:
        return np.inf
    error = np.abs(answer.astype(np.float64) - truth)
    with np.errstate(divide="ignore", invalid="ignore"):
        units = np.where(error == 0, 0.0, error / allowed)
    return float(np.nan_to_num(units, nan=np.inf, posinf=np.inf).max(initial=0.0))


def mistake_margins(exercise: Exercise, seed: int) -> dict[str, float]:
    """For each known mistake, how many times the allowed error it makes on its worst default case."""
    margins = {mistake.name: 0.0 for mistake in exercise.mistakes}
    for case in draw_cases(exercise, seed):
        truth = truth_of(exercise, case)
        tolerance = tolerance_of(exercise, case, truth)
        for mistake in exercise.mistakes:
            answer = mistake_of(mistake.function, case)
            if isinstance(answer, str):
                margins[mistake.name] = np.inf
            elif not compare(answer, truth, tolerance).right:
                margins[mistake.name] = max(margins[mistake.name], ratio(answer, truth, tolerance.allowed(truth)))
    return margins


def honest_functions(course: Course) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(style, exercise, function) of every honest answer in `honest/`."""
    sys.path.insert(0, str(HERE / "honest" / "loops32"))
    # The learner's package name, over this tree: their files import each other by it.
    package = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("exercises", loader=None, is_package=True)
    )
    package.__path__ = [str(HERE / "honest" / "loops32")]
    sys.modules["exercises"] = package
    for style in HONEST:
        for page in course.pages():
            name = f"exercises.{page.chapter}.{page.name}" if style == "loops32" else f"honest_{style}"
            path = HERE / "honest" / (f"loops32/{page.chapter}/{page.name}.py" if style == "loops32" else f"{style}.py")
            if name not in sys.modules:
                spec = importlib.util.spec_from_file_location(name, path)
                assert spec is not None
                assert spec.loader is not None
                sys.modules[name] = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(sys.modules[name])
            yield style, page.name, getattr(sys.modules[name], page.name)


def honest_margins(course: Course, seeds: range = SEEDS) -> dict[str, dict[str, float]]:
    """exercise -> style -> the largest error in units of what is allowed."""
    if tensorflow_version() is not None:
        import_tensorflow()
    functions: dict[str, dict[str, Callable[..., Any]]] = {}
    for style, name, function in honest_functions(course):
        functions.setdefault(name, {})[style] = function
    margins: dict[str, dict[str, float]] = {}
    for page in course.pages():
        exercise, compiled = load_plain(page), load_page(page)
        own = margins.setdefault(page.name, {})
        for seed in seeds:
            for case in draw_cases(exercise, seed):
                truth = truth_of(exercise, case)
                tolerance = tolerance_of(exercise, case, truth)
                if tolerance.relative:
                    continue
                answers = {style: np.asarray(one(*fresh(case.inputs))) for style, one in functions[page.name].items()}
                answers["reference"] = reference_of(compiled, case)
                if tensorflow_version() is not None:
                    answers["TensorFlow"] = tensorflow_of(exercise, case)
                for style, answer in answers.items():
                    own[style] = max(own.get(style, 0.0), ratio(answer, truth, tolerance.allowed(truth)))
    return margins


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    course = Course(HERE.parent)
    honest = honest_margins(course)
    print("# Margins of the tolerance\n")
    seeds = f"seeds {SEEDS.start} to {SEEDS.stop - 1}"
    print(
        "Printed by `python tests/margins.py`. The tolerance must let every honest answer pass, and no mistake.\n"
        f"For each exercise, over the default cases of {seeds}: the largest error of an honest answer, as a share\n"
        "of what is allowed (at most 0.1: ten times inside); and the error of the weakest known mistake on its worst\n"
        "case, in multiples of what is allowed (at least 10: ten times outside; inf: another shape, no number, or an\n"
        "exception).\n"
    )
    print("| exercise | largest honest error / allowed | by | weakest mistake, error / allowed | which | mistakes |")
    print("|---|--:|---|--:|---|--:|")
    for page in course.pages():
        exercise = load_plain(page)
        style, worst = max(honest[page.name].items(), key=lambda item: item[1])
        mistakes = [mistake_margins(exercise, seed) for seed in SEEDS]
        weakest = {name: min(one[name] for one in mistakes) for name in mistakes[0]}
        name, margin = min(weakest.items(), key=lambda item: item[1])
        print(f"| {page.name} | {worst:.3f} | {style} | {margin:.3g} | {name} | {len(weakest)} |")


if __name__ == "__main__":
    main()
