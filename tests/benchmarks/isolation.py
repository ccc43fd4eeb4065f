"""What isolation costs: a warm run of one exercise, and a child, at every level, in turn.

    python tests/benchmarks/isolation.py [ROUNDS] > isolation.md

The budget: at most 15 ms for a warm run and 2 ms for a child, over none at all. Medians; levels take turns, so that
what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUBMISSION = ROOT / "tests" / "honest" / "vectorised.py"

MISSING = {
    "landlock.py": ("def seal(", "def seal(*none): return 0\ndef _seal("),
    "seccomp.py": ("def seal(", "def seal(): return False\ndef _seal("),
    "limits.py": ("def restrict(", "def restrict(*none): return []\ndef _restrict("),
}
LEVELS = {
    "none": ("limits.py", "landlock.py", "seccomp.py"),
    "limits": ("landlock.py", "seccomp.py"),
    "confined": ("seccomp.py",),
    "sealed": (),
    "isolated": (),
}
"""Level -> the files that a child has without what they do."""

BEGIN = """
import sys
sys.path.insert(0, {root!r})
from grader import namespaces, player
player.WORKER = player.Path({worker!r})
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


def without(folder: Path, missing: tuple[str, ...]) -> Path:
    """A copy of the grader's files in which some do nothing; its worker."""
    shutil.copytree(ROOT / "grader", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in missing:
        file = folder / name
        file.write_text(file.read_text(encoding="utf-8").replace(*MISSING[name]), encoding="utf-8")
    return folder / "worker.py"


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
                worker = folder / "worker.py" if folder.exists() else without(folder, missing)
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
