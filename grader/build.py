"""Computing what an answer key holds: runs in processes of its own, since pages import Numba and TensorFlow.

Two processes work side by side, each for the same exercises and cases. One computes everything that NumPy and Numba
can say: the truth, the compiled reference, the known mistakes. The other asks TensorFlow. Each sends a message an
exercise on its standard output (see `grader.wire`); `grader.key` starts them and puts the parts together.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from grader import wire
from grader.cases import Case, draw_cases, evaluate, letters, plain_dims, sizes_given
from grader.compare import Tolerance, as_truth, tolerance
from grader.course import Course, CourseError, Exercise, Page, load_page

Inputs = Mapping[str, Any]


# ---------------------------------------------------------------- running functions on cases


@contextmanager
def _quiet() -> Iterator[None]:
    """Overflow and the like are part of what is computed here; nobody needs to hear of them."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _changed(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, list):
        return [_changed(one, change) for one in value]
    if isinstance(value, np.ndarray):
        return change(value) if value.dtype.kind == "f" else value.copy()
    return value


def fresh(inputs: Inputs) -> list[Any]:
    """A copy of the inputs, as the arguments of a call."""
    return [_changed(value, np.copy) for value in inputs.values()]


def in_float64(inputs: Inputs) -> list[Any]:
    """The inputs with float arrays in float64, as the arguments of a call."""
    return [_changed(value, lambda array: array.astype(np.float64)) for value in inputs.values()]


def squared(inputs: Inputs) -> list[Any]:
    """The inputs with float arrays squared, in float64."""
    return [_changed(value, lambda array: array.astype(np.float64) ** 2) for value in inputs.values()]


def truth_of(plain: Exercise, case: Case) -> np.ndarray:
    """The reference in float64, run as plain Python: float64 or integer array."""
    with _quiet():
        return as_truth(plain(*in_float64(case.inputs)))


def terms_of(exercise: Exercise, case: Case) -> int:
    """The length of the longest sum: the product of the dims that the exercise reduces, added up over layers."""
    if exercise.reduces is not None:
        reduced = exercise.reduces.split()
    else:
        kept = set(letters(case.returns))
        named = dict.fromkeys(
            letter for strategy in exercise.arguments.values() if strategy.shape for letter in letters(strategy.shape)
        )
        reduced = [letter for letter in named if letter not in kept and letter in case.dims]
    product = 1
    for letter in reduced:
        product *= max(evaluate(letter, case.dims), 1)
    return product * case.dims.get("D", 1)


def tolerance_of(plain: Exercise, case: Case, truth: np.ndarray) -> Tolerance:
    """The case's tolerance: the page's word, or derived from the truth's scale and the length of its sums.

    The scale is the root of the reference run on squared inputs. For a sum of products that is the root of the sum of
    the squared terms: the size such a sum has when its terms' signs are random, and so a measure of its rounding
    errors that does not vanish where the terms happen to cancel.
    """
    if case.tolerance is not None:
        return Tolerance(*case.tolerance)
    with _quiet():
        largest = np.abs(as_truth(plain(*squared(case.inputs)))).max(initial=0.0)
    return tolerance(truth, float(np.sqrt(largest)), terms_of(plain, case))


def reference_of(exercise: Exercise, case: Case) -> np.ndarray:
    """The compiled reference on the case's own float32 inputs."""
    return np.asarray(exercise.reference(*fresh(case.inputs)))


def mistake_of(function: Callable[..., Any], case: Case) -> np.ndarray | str:
    """What a known mistake answers: an array, or the name of the exception that it raises."""
    with _quiet():
        try:
            answer = np.asarray(function(*fresh(case.inputs)))
        except Exception as error:
            return type(error).__name__
    return answer if answer.dtype.kind in "biuf" else type(answer).__name__


def tensorflow_of(exercise: Exercise, case: Case) -> np.ndarray:
    """What TensorFlow says of the case."""
    if exercise.tensorflow_function is None:
        raise CourseError(f"{exercise.name}: the page has no @{exercise.name}.tensorflow function.")
    with _quiet():
        return np.asarray(exercise.tensorflow_function(*fresh(case.inputs)))


def import_tensorflow() -> str:
    """Import TensorFlow quietly, on the processor; its version."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import tensorflow

    return str(tensorflow.__version__)


# ---------------------------------------------------------------- pages, compiled and plain


def load_plain(page: Page) -> Exercise:
    """The page with its reference as plain Python: in float64 it is the truth, and owes nothing to the compiler."""
    from numba import config

    before = config.DISABLE_JIT  # type: ignore[attr-defined]  # set when Numba is imported
    config.DISABLE_JIT = True  # type: ignore[attr-defined]
    try:
        return load_page(page, "plain")
    finally:
        config.DISABLE_JIT = before  # type: ignore[attr-defined]


def describe(exercise: Exercise) -> dict[str, Any]:
    """All that is said of an exercise apart from its cases, as JSON holds it."""
    return {
        "name": exercise.name,
        "chapter": exercise.chapter,
        "order": exercise.order,
        "points": exercise.points,
        "needs": exercise.needs,
        "arguments": list(exercise.arguments),
        "shapes": {name: strategy.shape for name, strategy in exercise.arguments.items()},
        "sizes": sizes_given(exercise),
        "returns": exercise.returns,
        "forbid": exercise.forbid,
        "doc": exercise.doc,
        "hints": exercise.hints,
        "mistakes": [{"name": one.name, "message": one.message, "page": one.page} for one in exercise.mistakes],
    }


# ---------------------------------------------------------------- the processes


@dataclass(frozen=True)
class Order:
    """What a process is asked to compute."""

    course: str
    names: list[str]
    seed: int
    cases: int


def _say_references(order: Order, course: Course, send: Callable[..., None]) -> None:
    pages = {page.name: page for page in course.pages()}
    for name in order.names:
        plain, compiled = load_plain(pages[name]), load_page(pages[name])
        arrays: dict[str, np.ndarray] = {}
        cases = []
        for case in draw_cases(plain, order.seed, order.cases):
            here = f"{case.index:04d}"
            truth = truth_of(plain, case)
            allowed = tolerance_of(plain, case, truth)
            arrays[f"{here}/call"] = np.frombuffer(wire.encode_call(case.inputs.values()), np.uint8)
            arrays[f"{here}/truth"] = truth
            arrays[f"{here}/reference"] = reference_of(compiled, case)
            said = {mistake.name: mistake_of(mistake.function, case) for mistake in plain.mistakes}
            recorded = {mistake: answer for mistake, answer in said.items() if not isinstance(answer, str)}
            arrays[f"{here}/mistakes"] = np.frombuffer(wire.pack(recorded), np.uint8)
            cases.append(
                {
                    "family": case.family,
                    "dims": plain_dims(case.dims),
                    "returns": case.returns,
                    "tolerance": [allowed.relative, allowed.absolute],
                    "raised": {mistake: answer for mistake, answer in said.items() if isinstance(answer, str)},
                }
            )
        send({"exercise": describe(plain), "cases": cases}, arrays)


def _say_tensorflow(order: Order, course: Course, send: Callable[..., None]) -> None:
    try:
        version = import_tensorflow()
    except Exception as error:  # a broken install can raise anything; the key is then built without it
        send({"unavailable": f"{type(error).__name__}: {error}".splitlines()[0][:300]}, {})
        return
    send({"tensorflow": version}, {})
    pages = {page.name: page for page in course.pages()}
    for name in order.names:
        exercise = load_plain(pages[name])
        outputs = {
            f"{case.index:04d}/tensorflow": tensorflow_of(exercise, case)
            for case in draw_cases(exercise, order.seed, order.cases)
        }
        send({"name": name}, outputs)


def _say_catalogue(order: Order, course: Course, send: Callable[..., None]) -> None:
    send({"exercises": [describe(load_plain(page)) for page in course.pages()]}, {})


JOBS = {"references": _say_references, "tensorflow": _say_tensorflow, "catalogue": _say_catalogue}


def main(job: str) -> None:
    """Read an `Order` from standard input, do the job, send messages on standard output. A fault is a message too."""
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what pages and libraries print must not mix with the messages

    def send(head: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        out.write(wire.encode(head, arrays))
        out.flush()

    head, _ = wire.read(sys.stdin.buffer)
    order = Order(**head)
    try:
        JOBS[job](order, Course(Path(order.course)), send)
    except CourseError as error:
        send({"fault": str(error)}, {})
    except Exception:
        send({"fault": "The course could not be computed. " + traceback.format_exc(limit=-4)}, {})
    else:
        send({"done": True}, {})


if __name__ == "__main__":
    main(sys.argv[1])
