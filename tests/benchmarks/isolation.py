"""What isolation costs: a warm run of one exercise, and a child, at every level, in turn.

    python tests/benchmarks/isolation.py [ROUNDS] > isolation.md

The budget: at most 15 ms for a warm run and 2 ms for a child, over none at all. Medians; levels take turns, so that
what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from without import grader_without

ROOT = Path(__file__).resolve().parent.parent.parent
SUBMISSION = ROOT / "tests" / "honest" / "vectorised.py"

LEVELS = {
    "none": ("limits", "landlock", "seccomp"),
    "limits": ("landlock", "seccomp"),
    "confined": ("seccomp",),
    "sealed": (),
    "isolated": (),
}
"""Level -> the layers that do nothing in it."""

BEGIN = """
import sys
sys.path.insert(0, {root!r})
from grader import launch, namespaces, player
launch.WORKER = launch.Path({worker!r})
if not {isolate}:
    namespaces.program = lambda: None
"""
RUN = "from grader.cli import run\nsys.exit(run())"
CHILDREN = """
import statistics, time
from grader.limits import level
with player.Player(isolate={isolate}) as one:
    with one.child(60) as child:
        assert level(child.layers()) == {level!r}, level(child.layers())
    load = {{"entry": "m", "function": "f", "modules": {{"m": {{"package": False, "chunks": [["m.py",
            "def f():\\n    return 0.0"]]}}}}, "aliases": {{}}, "absent": [], "packages": []}}
    def whole():
        begin = time.perf_counter()
        with one.child(60) as child:
            assert child.ask({{"load": load}}, {{}}, 60).head == {{"loaded": True}}
        return time.perf_counter() - begin
    def proof():
        with one.child(60) as child:
            begin = time.perf_counter()
            child.layers()
            return time.perf_counter() - begin
    print(statistics.median(whole() for _ in range(20)), statistics.median(proof() for _ in range(5)))
"""


def timed(code: str, *arguments: str) -> tuple[float, str]:
    """Seconds that a program takes, and what it prints."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    return time.perf_counter() - begin, done.stdout


def main(rounds: int) -> None:
    """Measure, and print a table."""
    runs: dict[str, list[float]] = {level: [] for level in LEVELS}
    children: dict[str, list[float]] = {level: [] for level in LEVELS}
    proofs: dict[str, list[float]] = {level: [] for level in LEVELS}
    with tempfile.TemporaryDirectory() as scratch:
        for turn in range(rounds + 1):
            for level, missing in LEVELS.items():
                isolate = level == "isolated"
                folder = Path(scratch, level)
                if not folder.exists():
                    grader_without(missing, folder)
                worker = folder / "grader" / "worker.py"
                begin = BEGIN.format(root=str(ROOT), worker=str(worker), isolate=isolate)
                seconds, _ = timed(begin + RUN, "softmax", "--unsafe", "--from", str(SUBMISSION), "--json", "-")
                _, said = timed(begin + CHILDREN.format(isolate=isolate, level=level))
                if turn:  # the first warms caches up
                    runs[level].append(seconds)
                    child, proof = said.split()
                    children[level].append(float(child))
                    proofs[level].append(float(proof))
    print(f"{rounds} rounds, {os.cpu_count()} cores, Python {sys.version.split()[0]}; milliseconds, medians.\n")
    print("| level | warm run | added | child | added | proving it |")
    print("|---|---:|---:|---:|---:|---:|")
    for level in LEVELS:
        cells = []
        for kind, digits in ((runs, 0), (children, 1)):
            more = statistics.median(a - b for a, b in zip(kind[level], kind["none"], strict=True))
            cells += [f"{1e3 * statistics.median(kind[level]):.{digits}f}", f"{1e3 * more:+.{digits}f}"]
        print(f"| {level} | {' | '.join(cells)} | {1e3 * statistics.median(proofs[level]):.1f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
