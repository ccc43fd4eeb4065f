"""How good the clock is: the reference handed in as a learner's answer, as it is and doing its work several times over.

    python tests/benchmarks/clock.py [--runs 40] [--budget 2] [--times K ...] [--course PATH] [NAME ...]

Prints a table: how often the interval held the true ratio, in how many runs, and the median of the ratios found. Run it
on a machine that does nothing else. TensorFlow is left out, as it has no part in the ratio.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from grader.course import Course, Page
from grader.grading import Grading
from grader.key import cache_folder
from grader.player import Player
from grader.report import Speed
from grader.speed import Stopwatch
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parent.parent.parent
TIMES = (1, 2, 5)
RUNS_EACH = 5
"""Runs by the same processes: two with one program differ for as long as they live, and a user has new ones."""


def as_answer(page: Page, times: int = 1) -> str:
    """The page's reference as a learner's file, compiled, doing its work `times` times."""
    tree = ast.parse(page.path.read_text(encoding="utf-8"))
    kept: list[ast.stmt] = []
    fast = page.name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            said = [ast.unparse(one) for one in node.decorator_list]
            if f"{page.name}.fast" in said:
                fast = node.name
            elif any(one.startswith(f"{page.name}.") for one in said):
                continue
            jit = (one for one in node.decorator_list if ast.unparse(one).startswith("njit"))
            node.decorator_list = [_uncached(one) for one in jit]
            kept.append(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign)) and getattr(node, "module", "") != "grader":
            kept.append(node)
    lines = [ast.unparse(ast.Module(kept, [])), "", f"_fast = {fast}", "", f"def {page.name}(*arguments):"]
    lines += [f"    for _ in range({times - 1}):", "        _fast(*arguments)"] if times > 1 else []
    return "\n".join([*lines, "    return _fast(*arguments)", ""])


def _uncached(decorator: ast.expr) -> ast.expr:
    if isinstance(decorator, ast.Call):
        decorator.keywords = [one for one in decorator.keywords if one.arg != "cache"]
    return decorator


@contextmanager
def stopwatch(course: Course, answers: dict[str, str], budget: float) -> Iterator[Stopwatch]:
    """A clock for a submission of these files."""
    with tempfile.TemporaryDirectory() as folder, Player() as player:
        for name, text in answers.items():
            Path(folder, f"{name}.py").write_text(text, encoding="utf-8")
        submission = read_submission(Path(folder), [page.name for page in course.pages()])
        grading = Grading(submission, player, timeout=60)
        with Stopwatch(course, cache_folder()[0], grading, budget=budget, tensorflow=False) as watch:
            yield watch


def measured(course: Course, page: Page, times: int, runs: int, budget: float) -> tuple[list[Speed], str]:
    """The speeds found, and the last reason why there was none."""
    speeds, reason = [], ""
    for done in range(0, runs, RUNS_EACH):
        with stopwatch(course, {page.name: as_answer(page, times)}, budget) as watch:
            for _ in range(min(RUNS_EACH, runs - done)):
                speed, notes = watch.time(page.name)
                if speed is None:
                    reason = " ".join(notes)
                else:
                    speeds.append(speed)
    return speeds, reason


def row(name: str, times: int, runs: int, speeds: Sequence[Speed], reason: str) -> str:
    """A row of the table."""
    if not speeds:
        return f"| {name} | {times} | - | - | - | {reason} |"
    held = sum(one.low <= times <= one.high for one in speeds)
    ratios = [one.ratio / times for one in speeds]
    width = float(np.median([(one.high / one.low) ** 0.5 - 1 for one in speeds]))
    noisy = sum(one.noisy for one in speeds)
    return (
        f"| {name} | {times} | {held} of {len(speeds)} | {float(np.median(ratios)) - 1:+.1%} | ±{width:.1%} | "
        f"{noisy} too noisy, {runs - len(speeds)} void |"
    )


def main() -> None:
    """Print the table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--budget", type=float, default=2.0)
    parser.add_argument("--times", type=int, action="append", help="only the work so many times over")
    parser.add_argument("--course", type=Path, default=ROOT)
    chosen = parser.parse_args()
    print("| exercise | times the reference's work | within the interval | median error | median interval | |")
    print("|---|---|---|---|---|---|")
    course = Course(chosen.course)
    for page in course.pages():
        if not chosen.names or page.name in chosen.names:
            for times in chosen.times or TIMES:
                runs = chosen.runs if times == 1 else max(chosen.runs // 8, 1)
                speeds, reason = measured(course, page, times, runs, chosen.budget)
                print(row(page.name, times, runs, speeds, reason), flush=True)


if __name__ == "__main__":
    main()
