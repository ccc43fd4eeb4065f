"""How long `grade watch` takes from a saved file to its verdict: write to bytes, at a pseudo-terminal.

    python tests/benchmarks/watch.py [SAVES]

prints a Markdown table. On an idle machine; a POSIX system.
"""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS, VERDICT_SECONDS = 300.0, 30.0

SOFTMAX = """import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis={axis}, keepdims=True))
    return e / e.sum(axis={axis}, keepdims=True)
"""
CONV2D = """import numpy as np


def conv2d(x, w, b):
    N, H, W, C = x.shape
    KH, KW, _, M = w.shape
    y = np.zeros((N, H - KH + 1, W - KW + 1, M), dtype=np.float32)
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            y[:, i, j] = np.tensordot(x[:, i:i + KH, j:j + KW], w, 3) {sign} b
    return y
"""
ANSWERS = {
    "c5_softmax/softmax": (SOFTMAX.format(axis=1), SOFTMAX.format(axis=0)),
    "c7_convolution/conv2d": (CONV2D.format(sign="+"), CONV2D.format(sign="-")),
}
"""A right answer, and one whose mistake is named: the two are saved in turns."""
VERDICTS = (re.compile(rb"passed   \d+ of \d+ case"), re.compile(rb"not yet   \d+ of \d+ case"))


def measure(exercise: str, saves: int) -> list[float]:
    """The seconds from each write to the bytes of its verdict."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for folder in ("exercises", "solutions"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        file = root / "exercises" / f"{exercise}.py"
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(root)
            environment = dict(os.environ, PYTHONPATH=str(ROOT), TERM="xterm-256color", COLUMNS="80", LINES="24")
            command = [sys.executable, "-P", "-m", "grader", "watch", file.stem]
            os.execvpe(command[0], command, environment)
        try:
            _until(terminal, re.compile(rb"not started"), START_SECONDS)
            seconds = []
            for number in range(saves + 2):
                right = number % 2 == 0
                data = ANSWERS[exercise][0 if right else 1].encode()
                begin = time.perf_counter()
                file.write_bytes(data)
                _until(terminal, VERDICTS[0 if right else 1], VERDICT_SECONDS)
                seconds.append(time.perf_counter() - begin)
                time.sleep(0.4)  # as after a save by hand: nothing is going on any more
                _drain(terminal)
            return seconds[2:]  # without the first of each, which import and parse
        finally:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
            os.close(terminal)


def _until(terminal: int, pattern: re.Pattern[bytes], seconds: float) -> None:
    seen, end = b"", time.monotonic() + seconds
    while not pattern.search(seen):
        if not select.select([terminal], [], [], max(end - time.monotonic(), 0))[0]:
            raise TimeoutError(f"no {pattern.pattern!r} within {seconds:g} s; the last bytes: {seen[-500:]!r}")
        seen += os.read(terminal, 1 << 16)


def _drain(terminal: int) -> None:
    while select.select([terminal], [], [], 0)[0]:
        os.read(terminal, 1 << 16)


def table(saves: int = 100) -> str:
    """What was measured, as a Markdown table."""
    lines = ["| save to verdict | saves | median | 95th percentile |", "|---|---:|---:|---:|"]
    for exercise in ANSWERS:
        seconds = measure(exercise, saves)
        high = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
        name = exercise.rpartition("/")[2]
        lines.append(f"| {name} | {len(seconds)} | {statistics.median(seconds):.3f} s | {high:.3f} s |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(*map(int, sys.argv[1:2])))
