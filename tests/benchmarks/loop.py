"""How long a learner waits: `grade`, warm and on a fresh clone, beside pytest with TensorFlow and otter-grader.

    python tests/benchmarks/loop.py [--rounds 20] [--from PATH] [--no-peers]

Everything is measured in one run, in rounds: within a round each command runs once, in random order, as a process of
its own. The tables are Markdown. The peers check five functions on the cases of the answer key, by TensorFlow; they are
installed into an environment of their own in the user's cache folder, once.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from grader.course import Course
from grader.key import Key, cache_folder, tensorflow_version, version_of

ROOT = Path(__file__).resolve().parents[2]
FIVE = ("dense", "softmax", "mean_squared_error", "conv2d", "max_pool2d")
ANSWERS = Path(__file__).with_name("five.py")
GRADE = (sys.executable, "-m", "grader")

# ---------------------------------------------------------------- measuring


@dataclass
class Timing:
    """What one command took, a number a round. seconds: wall time. peak: MB of the largest of its processes."""

    seconds: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def row(self, name: str) -> str:
        low, high = np.percentile(self.seconds, [25, 75])
        return f"| {name} | {self.median:.2f} | {low:.2f} to {high:.2f} | {max(self.peak):.0f} | {len(self.seconds)} |"


@dataclass(frozen=True)
class Command:
    """A command, the folder it runs in, its extra environment, and the exit status that says that it worked."""

    words: Sequence[str]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)
    status: int = 0

    def run(self, timing: Timing) -> None:
        begin = time.perf_counter()
        process = subprocess.Popen(
            self.words,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)  # which counts in the processes that it has waited for
        timing.seconds.append(time.perf_counter() - begin)
        timing.peak.append(used.ru_maxrss / 1024)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode != self.status:
            raise SystemExit(f"{' '.join(self.words)} ended with {process.returncode}:\n{errors.decode()[-2000:]}")


def interleaved(commands: dict[str, Command], rounds: int) -> dict[str, Timing]:
    """Run each command once a round, in random order; one round before is not counted."""
    for command in commands.values():
        command.run(Timing())
    timings = {name: Timing() for name in commands}
    for _ in range(rounds):
        for name in random.sample(list(commands), len(commands)):
            commands[name].run(timings[name])
    return timings


# ---------------------------------------------------------------- the peers

CHECKS = """
import json, os
import numpy as np

HERE = os.environ["PEERS"]

def cases(name):
    with np.load(f"{HERE}/{name}.npz") as arrays:
        for number in range(int(arrays["count"])):
            names = json.loads(str(arrays["names"]))
            yield [arrays[f"{number}/{one}"][()] for one in names]

def expected(name, inputs):
    import tensorflow as tf
    layers = tf.keras.layers
    if name == "dense":
        x, w, b = inputs
        layer = layers.Dense(w.shape[1])
        layer.build(x.shape)
        layer.set_weights([w, b])
        return layer(x.astype(np.float32))
    if name == "softmax":
        return layers.Activation("softmax")(inputs[0])
    if name == "mean_squared_error":
        return tf.keras.losses.MeanSquaredError()(*inputs)
    if name == "conv2d":
        images, kernels, biases = inputs
        layer = layers.Conv2D(kernels.shape[3], kernels.shape[:2])
        layer.build(images.shape)
        layer.set_weights([kernels, biases])
        return layer(images)
    images, pool_size, stride = inputs
    return layers.MaxPooling2D(int(pool_size), strides=int(stride))(images)

def check(name, function):
    for inputs in cases(name):
        wanted = np.asarray(expected(name, inputs))
        given = [one if np.ndim(one) else one.item() for one in inputs]
        np.testing.assert_allclose(function(*given), wanted, rtol=1e-3, atol=1e-4)
"""

PYTEST = """
import pytest
import five
from checks import check

@pytest.mark.parametrize("name", {names!r})
def test_function(name):
    check(name, getattr(five, name))
"""

OTTER = """
import os, sys
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = 1

@test_case()
def test_function(env):
    sys.path.insert(0, os.environ["PEERS"])
    from checks import check
    check({name!r}, env[{name!r}])
"""


def peers_environment() -> Path:
    """The Python of an environment with pytest, TensorFlow and otter-grader; it is made if it is not there."""
    folder = cache_folder()[0] / "benchmarks" / "peers"
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        print("Installing the peers (once) ...", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        wanted = ["pytest", "otter-grader", "ipykernel", "tensorflow"]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True, stdout=sys.stderr)
        done.touch()
    return python


def prepare_peers(folder: Path, python: Path) -> dict[str, Command]:
    """Write the five functions, their cases, and the checks as each peer wants them."""
    (folder / "checks.py").write_text(CHECKS, encoding="utf-8")
    course = Course(ROOT)
    for part in Key(course).parts(FIVE):
        about = part.about
        arrays = {
            f"{case.index}/{name}": np.asarray(value) for case in part.cases for name, value in case.inputs.items()
        }
        np.savez(folder / f"{about.name}.npz", count=len(part.cases), names=json.dumps(about.arguments), **arrays)
    shutil.copy(ANSWERS, folder)
    (folder / "test_five.py").write_text(PYTEST.format(names=FIVE), encoding="utf-8")
    source = ANSWERS.read_text("utf-8")
    cells = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    (folder / "five.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "tests").mkdir()
    for name in FIVE:
        (folder / "tests" / f"{name}.py").write_text(OTTER.format(name=name), encoding="utf-8")
    environment = {
        "PEERS": str(folder),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }
    otter = str(python.parent / "otter")
    subprocess.run(
        [otter, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        stdout=sys.stderr,
    )
    run = [otter, "run", "-a", "autograder.zip", "-o", str(folder), "--no-logo", "five.ipynb"]
    subprocess.run(run, cwd=folder, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)
    results = json.loads((folder / "results.json").read_text("utf-8"))
    scores = [test["score"] for test in results["tests"] if test.get("max_score")]
    if not scores or sum(scores) != len(FIVE):
        raise SystemExit(f"otter-grader does not give full marks to right answers: {results}")
    return {
        "pytest and TensorFlow, five functions": Command(
            [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_five.py"], folder, environment
        ),
        "otter-grader, five functions": Command(run, folder, environment),
    }


# ---------------------------------------------------------------- first runs


def first_run(source: str, names: Sequence[str]) -> tuple[float, float]:
    """Seconds until the first verdict, and in all, with empty caches."""
    with tempfile.TemporaryDirectory() as cache:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [*GRADE, *names, "--from", source],
            cwd=ROOT,
            env={**os.environ, "GRADER_CACHE_DIR": cache},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        first = None
        for line in process.stderr:
            if first is None and line.startswith("  "):
                first = time.perf_counter() - begin
        if process.wait() != 0 or first is None:
            raise SystemExit(f"a first run ended with {process.returncode}")
        return first, time.perf_counter() - begin


# ---------------------------------------------------------------- tables


def machine() -> str:
    """The machine and the versions, in a line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return (
        f"{platform.system()} {platform.release()}, {os.cpu_count()} cores ({model}), Python "
        f"{platform.python_version()}, NumPy {np.__version__}, Numba {version_of('numba')}, "
        f"TensorFlow {tensorflow_version()}"
    )


def growth(source: str, rounds: int) -> None:
    """Print what a run costs against the number of cases and of exercises."""
    names = [about.name for about in Key(Course(ROOT)).catalogue()]
    by_cases = {count: Command([*GRADE, "--from", source, "--cases", str(count)]) for count in (20, 100, 500)}
    by_exercises = {count: Command([*GRADE, *names[:count], "--from", source]) for count in (5, 15, 25, 35)}
    for what, commands in (("cases an exercise", by_cases), ("exercises", by_exercises)):
        timings = interleaved({str(count): command for count, command in commands.items()}, rounds)
        print(f"\n| {what} | seconds |\n|---|---|")
        for count, timing in timings.items():
            print(f"| {count} | {timing.median:.2f} |")
        sizes = [float(count) for count in timings]
        seconds = [timing.median for timing in timings.values()]
        slope, start = np.polyfit(sizes, seconds, 1)
        off = max(abs(start + slope * size - second) for size, second in zip(sizes, seconds, strict=True))
        print(
            f"\n{start:.2f} s and {1000 * slope:.2f} ms for each of the {what}; the line misses a measured point by "
            f"{off:.2f} s at most."
        )


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--from", dest="source", default=str(ROOT / "tests/honest/loops32"))
    parser.add_argument("--no-peers", action="store_true", help="only `grade`")
    options = parser.parse_args()
    source = str(Path(options.source).resolve())
    print(f"{machine()}.\n")
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "`grade`, all 35 exercises": Command([*GRADE, "--from", source]),
            "`grade`, the five functions": Command([*GRADE, *FIVE, "--from", str(ANSWERS)]),
        }
        if not options.no_peers:
            commands.update(prepare_peers(Path(folder), peers_environment()))
        timings = interleaved(commands, options.rounds)
    print("| whole process | median s | half of them | peak MB | rounds |\n|---|---|---|---|---|")
    for name, timing in timings.items():
        print(timing.row(name))
    whole = timings["`grade`, all 35 exercises"].median
    for name, timing in timings.items():
        if "grade" not in name.partition(",")[0].split("`"):
            print(f"\n{name}: {timing.median / whole:.1f} times as long as `grade` on all 35.")
    print("\n| fresh clone, empty caches | first verdict, s | all, s |\n|---|---|---|")
    for shown, names in (("`grade`, all 35", []), ("`grade softmax`", ["softmax"])):
        runs = [first_run(source, names) for _ in range(3)]
        print(
            f"| {shown} | {statistics.median(one for one, _ in runs):.1f} | "
            f"{statistics.median(two for _, two in runs):.1f} |"
        )
    growth(source, max(2, options.rounds // 4))


if __name__ == "__main__":
    main()
