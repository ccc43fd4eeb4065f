"""Do the references deserve to be compared with? Each against TensorFlow, at its page's benchmark sizes.

    python tests/benchmarks/references.py [NAME ...]

Both run in this process, on one thread each, in turn and on the same inputs. What is counted is the CPU time of the
whole process, so that other programs matter little. TensorFlow is called as a user would call it: eagerly, with its
layers made and given their weights in the call. `compile` is what Numba needs for all default cases when nothing is
cached.
"""

from __future__ import annotations

import os
import sys
import tempfile

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"  # read when the libraries are loaded
CACHE = tempfile.TemporaryDirectory()
os.environ["NUMBA_CACHE_DIR"] = CACHE.name

import math  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

from grader.build import import_tensorflow, reference_of  # noqa: E402
from grader.cases import draw_benchmark, draw_cases, plain_dims  # noqa: E402
from grader.course import Course, Exercise, load_page  # noqa: E402

COURSE = Course(Path(__file__).resolve().parent.parent.parent)
WARM_UP = 3
ROUNDS = (9, 60)
"""How many rounds at least, and at most."""
BUDGET = 2.0
"""CPU seconds an exercise, after which no more than the least rounds are run."""
A_CALL = 1e-4
"""Seconds: a reference that takes less is not measured, but the call of a function is."""


def cpu_of(function: Callable[[], object]) -> float:
    """CPU seconds of one call, all threads counted."""
    start = time.process_time()
    function()
    return time.process_time() - start


def compile_seconds(exercise: Exercise) -> float:
    """What the default cases cost when they are first run, less what they cost again."""
    cases = draw_cases(exercise, seed=0)

    def all_cases() -> None:
        for case in cases:
            reference_of(exercise, case)

    return cpu_of(all_cases) - cpu_of(all_cases)


def race(reference: Callable[[], object], tensorflow: Callable[[], object]) -> tuple[list[float], list[float]]:
    """CPU seconds of the two, round by round."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(WARM_UP):
        reference()
        tensorflow()
    while len(spent[0]) < ROUNDS[0] or (len(spent[0]) < ROUNDS[1] and sum(map(sum, spent)) < BUDGET):
        spent[0].append(cpu_of(reference))
        spent[1].append(cpu_of(tensorflow))
    return spent


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean that fits ratios."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def main(names: list[str]) -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    import_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    print("| exercise | sizes | reference, ms | TensorFlow, ms | TensorFlow / reference | compile, s |")
    print("|---|---|--:|--:|--:|--:|")
    ratios: list[float] = []
    worked: list[float] = []
    compiled = 0.0
    for page in COURSE.pages():
        if names and page.name not in names:
            continue
        exercise = load_page(page)
        seconds = compile_seconds(exercise)
        compiled += seconds
        case = draw_benchmark(exercise, seed=0)
        given = list(case.inputs.values())
        a, b = race(
            lambda given=given, exercise=exercise: exercise.reference(*given),
            lambda given=given, exercise=exercise: np.asarray(exercise.tensorflow_function(*given)),
        )
        ratio = statistics.median(theirs / ours for ours, theirs in zip(a, b, strict=True))
        ratios.append(ratio)
        if statistics.median(a) >= A_CALL:
            worked.append(ratio)
        sizes = " ".join(f"{letter}={size}".replace(" ", "") for letter, size in plain_dims(case.dims).items())
        ours, theirs = (f"{1000 * statistics.median(one):.3f}" for one in (a, b))
        print(f"| {page.name} | {sizes} | {ours} | {theirs} | {ratio:.2f} | {seconds:.2f} |", flush=True)
    print(
        f"\nGeometric mean of the {len(worked)} that do more than a call costs: {geometric_mean(worked):.2f}, least "
        f"{min(worked):.2f}; of all {len(ratios)}: {geometric_mean(ratios):.2f}. Numba compiled for {compiled:.1f} s."
    )


if __name__ == "__main__":
    with CACHE:
        main(sys.argv[1:])
