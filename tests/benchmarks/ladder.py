"""The ladder of speeds: the compiled reference, TensorFlow, NumPy and plain loops, for every exercise, by one clock.

    python tests/benchmarks/ladder.py [--numpy PATH] [--loops PATH] [--budget 2] [--course PATH] [NAME ...]

Prints a table in Markdown: milliseconds of processor time a call, and how many times the reference's time that is,
with the interval in which the ratio lies. Where loops are slow they are measured on smaller sizes, beside the reference
on the same. --numpy and --loops are submissions, a folder or a file; by default those of the tests of the margins.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader import words
from grader.course import Course
from grader.grading import Grading
from grader.key import cache_folder, tensorflow_version
from grader.player import Player
from grader.report import Speed
from grader.speed import Stopwatch
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parent.parent.parent
HONEST = ROOT / "tests" / "honest"


def cell(ms: float, ratio: tuple[float, float, float]) -> str:
    """'1.2 ms, 3.10x (3.02 to 3.19)'."""
    middle, low, high = ratio
    return f"{words.milliseconds(ms)}, {words.times(middle)} ({low:.3g} to {high:.3g})"


def cell_of(speed: Speed | None, notes: tuple[str, ...]) -> str:
    """A submission's cell, or why it has none."""
    if speed is None:
        return " ".join(notes)
    return cell(speed.student_ms, (speed.ratio, speed.low, speed.high))


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--numpy", type=Path, default=HONEST / "vectorised.py")
    parser.add_argument("--loops", type=Path, default=HONEST / "loops32")
    parser.add_argument("--budget", type=float, default=2.0)
    parser.add_argument("--course", type=Path, default=ROOT)
    chosen = parser.parse_args()
    course = Course(chosen.course)
    names = [page.name for page in course.pages() if not chosen.names or page.name in chosen.names]
    known = [page.name for page in course.pages()]
    gains: list[float] = []
    with ExitStack() as stack:
        watches = []
        for path, tensorflow in ((chosen.numpy, tensorflow_version() is not None), (chosen.loops, False)):
            player = stack.enter_context(Player())
            grading = Grading(read_submission(path, known), player, timeout=60)
            watch = Stopwatch(course, cache_folder()[0], grading, budget=chosen.budget, tensorflow=tensorflow)
            watches.append(stack.enter_context(watch))
        print("| exercise | sizes | reference | TensorFlow | NumPy | loops |")
        print("|---|---|---|---|---|---|")
        for name in names:
            (vectorised, why), (loops, why_not) = (watch.time(name) for watch in watches)
            tensorflow = "-"
            if (
                vectorised is not None
                and vectorised.tensorflow_ms is not None
                and vectorised.tensorflow_ratio is not None
            ):
                tensorflow = cell(vectorised.tensorflow_ms, vectorised.tensorflow_ratio)
                gains.append(vectorised.tensorflow_ratio[0])
            reference = words.milliseconds(vectorised.reference_ms) if vectorised is not None else "-"
            sizes = vectorised.sizes if vectorised is not None else ""
            cells = [f"`{name}`", sizes, reference, tensorflow, cell_of(vectorised, why), cell_of(loops, why_not)]
            print(f"| {' | '.join(cells)} |", flush=True)
    if gains:
        mean = float(np.exp(np.mean(np.log(gains))))
        print(f"\nTensorFlow takes {mean:.2f} times as long as the reference (geometric mean of {len(gains)}).")


if __name__ == "__main__":
    main()
