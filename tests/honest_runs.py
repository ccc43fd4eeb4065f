"""Grades honest answers until so many case runs are done, and counts those that fail: there must be none.

    python tests/honest_runs.py CASES [SUBMISSION ...] [--cases-a-seed N] [--first-seed N]

Graded through the grader's own engine, each in children of its own: the answers in `honest/`, and what is named. Each
seed draws other cases for all exercises. Trivial answers (zeros, ones, the mean, NaN, an input, the answer before) are
handed in too: none of them may pass an exercise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from grader.course import Course
from grader.grading import Grading
from grader.key import Key, Part
from grader.player import Player
from grader.submission import read_submission

HERE = Path(__file__).resolve().parent
TRIVIAL = {
    "zeros": "np.zeros(SHAPE, KIND)",
    "ones": "np.ones(SHAPE, KIND)",
    "nan": "np.full(SHAPE, np.nan).astype(KIND)",
    "mean": "np.full(SHAPE, np.mean(given[0] if not isinstance(given[0], list) else given[0][0])).astype(KIND)",
    "input": "given[0] if not isinstance(given[0], list) else given[0][0]",
    "before": "KEPT.append(np.zeros(SHAPE, KIND)) or (KEPT[-2] if len(KEPT) > 1 else KEPT[-1])",
}
"""What it answers, given the right shape and kind of number, which no honest answer would be given."""


def trivial(part: Part, answer: str) -> str:
    """A file whose function answers that on every case, with the shape that each case asks for."""
    shapes = [case.truth.shape for case in part.cases]
    arguments = ", ".join(part.about.arguments)
    return (
        f"import numpy as np\n\nSHAPES = {shapes!r}\nKEPT = []\nCALLS = []\n\n\ndef {part.about.name}({arguments}):\n"
        f"    given = [{arguments}]\n    CALLS.append(1)\n    SHAPE = SHAPES[len(CALLS) - 1]\n"
        f"    KIND = np.{part.cases[0].reference.dtype}\n    return {answer}\n"
    )


def graded(path: Path, parts: list[Part], player: Player) -> tuple[int, list[str]]:
    """How many cases of a submission were run, and a line for each exercise that did not get full marks."""
    places = {part.about.name: f"{part.about.chapter}/{part.about.name}.py" for part in parts}
    grading = Grading(read_submission(path, list(places), places), player, timeout=20, diagnosis=False)
    run, failed = 0, []
    for report in grading.grade_all(parts, lambda part, report: None):
        run += report.cases.total
        if report.status != "passed":
            told = report.failure.message.replace("\n", " ")[:200] if report.failure else ""
            failed.append(
                f"{path.name} {report.name}: {report.status}, {report.cases.passed} of {report.cases.total} {told}"
            )
    return run, failed


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("cases", type=int)
    options.add_argument("submissions", nargs="*", type=Path)
    options.add_argument("--cases-a-seed", type=int, default=100)
    options.add_argument("--first-seed", type=int, default=1000)
    given = options.parse_args()
    honest = [path for path in sorted((HERE / "honest").iterdir()) if path.name != "__pycache__"]
    run, failures, seed, begin = 0, [], given.first_seed, time.monotonic()
    with Player() as player:
        while run < given.cases:
            key = Key(Course(HERE.parent), seed, given.cases_a_seed)
            parts = list(key.parts([about.name for about in key.catalogue()]))
            for path in [*honest, *given.submissions]:
                count, failed = graded(path, parts, player)
                run += count
                failures += [f"seed {seed}: {line}" for line in failed]
            print(
                f"seed {seed}: {run} case runs, {len(failures)} failures, {time.monotonic() - begin:.0f} s", flush=True
            )
            seed += 1
        for name, answer in TRIVIAL.items():
            with tempfile.TemporaryDirectory() as folder:
                for part in parts:
                    Path(folder, f"{part.about.name}.py").write_text(trivial(part, answer), encoding="utf-8")
                _, failed = graded(Path(folder), parts, player)
            print(f"trivial answer {name}: {len(parts) - len(failed)} of {len(parts)} exercises passed")
            failures += ["a trivial answer passed"] * (len(parts) - len(failed))
    print(*failures, sep="\n")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
