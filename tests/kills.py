"""Kills one of the grader's own processes at a random moment of a run, again and again: what comes of it?

    python tests/kills.py MOMENTS

The victims are the preloaded process, a child, the builders of the key, and `grade` itself, each with SIGKILL. Whatever
the moment, no wrong score is reported, nothing is left running, and the next run on the same cache is right.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import toy
from test_odd_submissions import descendants, no_process_left

KINDS = ("preloaded", "child", "builder", "grade")
HANG_SECONDS = 120
STATUSES = {"preloaded": (0, 3), "child": (0, 3), "builder": (0, 3), "grade": (0, -signal.SIGKILL)}
"""How `grade` may end: full marks, a fault of ours that is said to be one, or its own death."""


@dataclass(frozen=True)
class Bench:
    """A course whose answers are right, and a cache."""

    root: Path

    def start(self, seed: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "grader", "--seed", str(seed), "--json", str(self.root / "report.json")]
        places = toy.environment(self.root / "cache", toy.write_tensorflow(self.root / "packages"))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI"))}
        (self.root / "tmp").mkdir(exist_ok=True)
        (self.root / "report.json").unlink(missing_ok=True)
        return subprocess.Popen(
            command,
            cwd=self.root / "course",
            env={**kept, **places, "TMPDIR": str(self.root / "tmp")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def end(self, process: subprocess.Popen[bytes]) -> tuple[int, str]:
        _, errors = process.communicate(timeout=HANG_SECONDS)
        return process.returncode, errors.decode("utf-8")

    def score(self) -> tuple[float, list[str]] | None:
        path = self.root / "report.json"
        if not path.exists():
            return None
        report = json.loads(path.read_text(encoding="utf-8"))
        return report["score"], [one["status"] for one in report["exercises"]]


def bench(root: Path) -> Bench:
    toy.fill_in(toy.write_course(root / "course").root)
    return Bench(root)


def victims(pid: int, kind: str) -> list[int]:
    """The processes of a run that are of that kind, now."""
    if kind == "grade":
        return [pid]
    found, preloaded = [], []
    for one in descendants(pid):
        try:
            words = Path(f"/proc/{one}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            parent = int(Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if any("grader.build" in word for word in words) and kind == "builder":
            found.append(one)
        if any(word.endswith("worker.py") for word in words):
            (preloaded if parent == pid else found if kind == "child" else []).append(one)
    return preloaded if kind == "preloaded" else found


def kill_once(where: Bench, kind: str, seed: int, wait: float) -> str:
    """One moment: `wait` seconds after there is a process of that kind. What `grade` made of it, in a line."""
    with no_process_left():
        process = where.start(seed)
        killed = False
        until = time.monotonic() + HANG_SECONDS
        while process.poll() is None and time.monotonic() < until:
            found = victims(process.pid, kind)
            if found:
                time.sleep(wait)
                for one in random.sample(victims(process.pid, kind) or found, 1):
                    try:
                        os.kill(one, signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    killed = True
                break
        status, errors = where.end(process)
    score = where.score()
    assert "Traceback" not in errors, errors
    assert status in STATUSES[kind], (kind, wait, status, errors, score)
    if score is not None and (status == 0 or kind == "grade"):
        assert score == (3.0, ["passed", "passed"]), score
    elif score is not None:
        assert score[0] < 3.0, (kind, wait, status, score, errors)
        assert set(score[1]) <= {"passed", "grader_error"}, score
    with no_process_left():
        again, errors = where.end(where.start(seed))
    assert (again, where.score()) == (0, (3.0, ["passed", "passed"])), errors
    said = errors.strip().splitlines()[:1] if status == 3 and score is None else []
    return f"{kind}: {'killed' if killed else 'too late'}, exit {status}, {score[1] if score else 'no report'} {said}"


def main() -> None:
    outcomes: Counter[str] = Counter()
    folder = tempfile.mkdtemp()
    where = bench(Path(folder))
    with no_process_left():
        where.end(where.start(0))
    for number in range(int(sys.argv[1])):
        kind = KINDS[number % len(KINDS)]
        line = kill_once(where, kind, 1 + number, random.uniform(0, 0.6 if kind != "child" else 0.02))
        outcomes[line] += 1
        print(number, line, flush=True)
    for line, count in sorted(outcomes.items()):
        print(f"{count:4} {line}")
    left = [path.name for path in (where.root / "tmp").iterdir()]
    print(f"temporary folders left by the runs that were killed: {len(left)}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
