"""Speed: estimates from known numbers, a clock that cannot be cheated, sizes that shrink, and how it is shown.

Nothing here asserts how long anything takes: times are compared with each other, by far more than they vary.
"""

from __future__ import annotations

import ast
import io
import json
import math
import os
import platform
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Run, grade
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from toy import RIGHT, environment, fill_in, write_course, write_tensorflow

from grader import estimate, wire
from grader.cases import benchmark_dims, draw_benchmark, uniform
from grader.course import Course, CourseError, exercise
from grader.grading import Grading
from grader.player import Player
from grader.render import chart, junit, markdown, terminal
from grader.report import (
    Environment,
    ExerciseReport,
    Isolation,
    Report,
    Scaling,
    Speed,
    SubmissionInfo,
    Tally,
    as_dict,
)
from grader.speed import Memory, Stopwatch, Void, _as_message, _power_of_two, part_of
from grader.submission import read_submission
from grader.timed import Timed

CHEATS = Path(__file__).with_name("speed_cheats")
LINUX = sys.platform.startswith("linux")
BUDGET = 0.5

# ---------------------------------------------------------------- estimates


@pytest.mark.parametrize(("n", "rank"), [(6, 1), (8, 1), (9, 2), (10, 2), (15, 4), (20, 6), (50, 18), (100, 40)])
def test_the_median_lies_between_the_values_of_the_tables(n: int, rank: int) -> None:
    # Ranks for 95 % from tables of the sign test, e.g. Conover, Practical Nonparametric Statistics, table A3.
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 1))
    assert estimate.median_interval(values) == (rank, n + 1 - rank)


@pytest.mark.parametrize("n", [1, 5])
def test_few_values_promise_nothing(n: int) -> None:
    assert estimate.median_interval([1.0] * n) == (-math.inf, math.inf)


@given(st.integers(6, 400), st.integers(0, 2**32))
def test_the_interval_holds_the_sample_median_and_shrinks(n: int, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal(n)
    low, high = estimate.median_interval(values)
    assert low <= np.median(values) <= high
    inner = estimate.median_interval(values, level=0.5)
    assert low <= inner[0] <= inner[1] <= high


@pytest.mark.parametrize("n", [8, 15, 40])
def test_the_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    rng = np.random.default_rng(0)
    runs = 400
    held = 0
    for _ in range(runs):
        base = np.exp(rng.normal(0, 0.3, n))  # slow rounds hit both alike
        times = 3e-3 * base * np.exp(rng.standard_t(2, n) * 0.03)
        others = 1e-3 * base * np.exp(rng.standard_t(2, n) * 0.03)
        echoes, other_echoes = (1e-4 * np.exp(rng.normal(0, 0.1, n)) for _ in range(2))
        found = estimate.ratio(times + 1e-4, others + 1e-4, echoes, other_echoes, rng)
        held += found.low <= 3 <= found.high
    assert held / runs > 0.94


def test_slow_rounds_do_not_decide() -> None:
    times, others = np.full(21, 2e-3), np.full(21, 1e-3)
    times[[3, 7, 9, 15]] *= 50
    others[[2, 8]] *= 30
    found = estimate.ratio(times, others, [0.0] * 21, [0.0] * 21, np.random.default_rng(0))
    assert found.ratio == pytest.approx(2)
    assert found.sampling == pytest.approx(0)


def test_no_interval_is_narrower_than_what_two_processes_differ_by() -> None:
    found = estimate.ratio([1e-3] * 30, [1e-3] * 30, [0.0] * 30, [0.0] * 30, np.random.default_rng(0))
    assert (found.low, found.high) == pytest.approx((1 / (1 + estimate.SYSTEMATIC), 1 + estimate.SYSTEMATIC))


def test_an_unsure_echo_makes_an_unsure_ratio() -> None:
    rng = np.random.default_rng(0)
    sure, unsure = np.full(30, 1e-3), 1e-3 * np.exp(rng.normal(0, 0.5, 30))
    times, others = np.full(30, 1.5e-3), np.full(30, 1.3e-3)
    widths = [estimate.ratio(times, others, echo, sure, rng).sampling for echo in (sure, unsure)]
    assert widths[1] > 3 * widths[0]


def test_a_time_below_its_echo_still_has_a_ratio() -> None:
    found = estimate.ratio([1e-4] * 10, [5e-4] * 10, [2e-4] * 10, [1e-4] * 10, np.random.default_rng(0))
    assert 0 < found.low <= found.ratio <= found.high < 1
    assert estimate.net([1.0, 2.0, 3.0], [5.0]) == 0
    assert estimate.net([1.0, 2.0, 9.0], [0.5]) == 1.5


@given(st.floats(0.0, 4.0), st.floats(1e-3, 1.0))
def test_the_exponent_of_a_power_is_found(power: float, constant: float) -> None:
    sizes = [1.0, 0.5, 0.25, 0.125]
    assert estimate.exponent(sizes, [constant + 1.0 for _ in sizes]) == pytest.approx(0, abs=1e-9)
    assert estimate.exponent(sizes, [10 * constant * size**power for size in sizes]) == pytest.approx(power, abs=1e-3)


def test_one_size_has_no_exponent() -> None:
    assert math.isnan(estimate.exponent([1.0], [1.0]))


# ---------------------------------------------------------------- sizes


def _pool(**more: Any) -> Any:
    @exercise(points=1, order=1, x=uniform("N H W"), returns="N H-K+1 W-K+1", K=3, **more)
    def pool(x: Any) -> Any:
        """Nothing."""
        return x

    return pool


def test_what_grows_is_made_smaller_alike() -> None:
    pool = _pool()
    pool.benchmark("H W", N=2, H=224, W=112)
    assert benchmark_dims(pool) == {"N": 2, "H": 224, "W": 112, "K": 3}
    assert benchmark_dims(pool, 0.25) == {"N": 2, "H": 112, "W": 56, "K": 3}
    case = draw_benchmark(pool, 1, 0.25)
    assert case.inputs["x"].shape == (2, 112, 56)
    assert case.inputs["x"].dtype == np.float32


@given(st.floats(1e-9, 1.0))
def test_the_smallest_size_still_fits(share: float) -> None:
    pool = _pool()
    pool.benchmark("H W", N=2, H=40, W=30)
    dims = benchmark_dims(pool, share)
    assert min(dims["H"], dims["W"]) >= 3
    assert dims["H"] >= round(40 * share**0.5)


def test_inputs_are_others_for_each_seed() -> None:
    pool = _pool()
    pool.benchmark("H W", N=1, H=20, W=30)
    first, again, other = (draw_benchmark(pool, seed).inputs["x"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_benchmark_gives_every_dim_a_size() -> None:
    pool = _pool()
    with pytest.raises(CourseError, match="no benchmark"):
        benchmark_dims(pool)
    pool.benchmark("H", H=20, N=1)
    with pytest.raises(CourseError, match="no size for W"):
        benchmark_dims(pool)
    tight = _pool()
    tight.benchmark("H W", N=1, H=2, W=2)
    with pytest.raises(CourseError, match="do not fit"):
        benchmark_dims(tight)


# ---------------------------------------------------------------- what a child says of its answer


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"dtype": "<f4"},
        {"dtype": "O", "shape": [1]},
        {"dtype": "<f4", "shape": 3},
        {"dtype": "<f4", "shape": [-1]},
        {"dtype": "<f4", "shape": [True]},
        {"dtype": "<f4", "shape": [1.0]},
        {"dtype": "<f4", "shape": [1] * 9},
        {"dtype": "<f4", "shape": [26]},
        {"dtype": "<f4", "shape": [1 << 62, 1 << 62]},
        {"dtype": ["<f4"], "shape": [1]},
    ],
)
def test_no_other_array_is_read_from_shared_memory(head: dict[str, Any]) -> None:
    with pytest.raises(wire.WireError):
        wire.described(head, 100, 8)


def test_an_array_is_described() -> None:
    assert wire.described({"dtype": "<f4", "shape": [5, 5]}, 100, 8) == (np.dtype("<f4"), (5, 5))
    assert wire.described({"dtype": "|b1", "shape": []}, 1, 8) == (np.dtype(bool), ())


# ---------------------------------------------------------------- the clock


@pytest.fixture(name="course", scope="session")
def _course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return write_course(tmp_path_factory.mktemp("timed"))


@pytest.fixture(name="timed")
def _timed(course: Course, tmp_path: Path) -> Callable[..., tuple[Speed | None, str]]:
    """Times a file's text as `double`: the speed, and the notes as one text."""

    def timed(source: str, budget: float = BUDGET, scaling: bool = False) -> tuple[Speed | None, str]:
        folder = tmp_path / "handed in"
        folder.mkdir(exist_ok=True)
        (folder / "double.py").write_text(source, encoding="utf-8")
        with Player() as player:
            grading = Grading(read_submission(folder, ["double", "row_sums"]), player, timeout=5)
            with Stopwatch(course, tmp_path, grading, budget=budget, tensorflow=False, scaling=scaling) as watch:
                speed, notes = watch.time("double")
        return speed, "\n".join(notes)

    return timed


def test_what_is_drawn_is_new_and_in_no_file_that_can_be_found(course: Course, tmp_path: Path) -> None:
    with Player() as player:
        grading = Grading(read_submission(tmp_path, ["double"]), player, timeout=5)
        with Stopwatch(course, tmp_path, grading, budget=BUDGET, tensorflow=False) as watch:
            pages = {name: _as_message(watch._pages[name]) for name in ("row_sums", "double")}
            assert watch._drawing(pages["row_sums"]) is None  # the page has no benchmark
            assert watch._drawing(pages["double"]) is not None
            one = watch.draw(1.0)
            other = watch.draw(1.0, one.whole)
            (first,), (second,) = one.arrays.values(), other.arrays.values()
            assert first.shape == second.shape
            assert not np.array_equal(first, second)
            for drawn, x in ((one, first), (other, second)):
                assert np.allclose(drawn.truth, 2 * x)
                assert drawn.met_by(2 * x)
            folder = watch.child("drawer").folder
            assert os.name != "posix" or list(folder.iterdir()) == []
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let one cut short a file that is mapped")
def test_memory_that_is_cut_short_voids_the_timing_and_no_more(course: Course, tmp_path: Path) -> None:
    with Player() as player:
        grading = Grading(read_submission(tmp_path, ["double"]), player, timeout=5)
        with Stopwatch(course, tmp_path, grading, budget=BUDGET, tensorflow=False) as watch:
            page = _as_message(watch._pages["double"])
            watch._drawing(page)
            with watch.player.child(cpu_seconds=60) as child:
                memory = Memory(child, 1 << 20, watch)
                memory.near([[0, 1 << 20]])
                os.truncate(memory._path, 0)
                with pytest.raises(Void, match="memory through which inputs come"):
                    memory.near([[0, 1 << 20]])
                memory.close()
            watch._drawing(page)  # by another drawer
            assert watch.draw(1.0).arrays


def _looped(times: int) -> str:
    return f"""import numpy as np


def double(x):
    for _ in range({times}):
        y = np.empty_like(x)
        for n in range(len(x)):
            y[n] = 2 * x[n]
    return y
"""


@pytest.mark.parametrize("times", [1, 4])
def test_as_many_times_the_work_take_as_many_times_as_long(times: int, timed: Callable[..., Any]) -> None:
    speed, notes = timed(_looped(times), budget=2.0)
    assert speed is not None, notes
    # The page's reference is the same loop here, as plain Python. The benchmark says how exact it is; this, that it is.
    assert times * 0.7 < speed.ratio < times * 1.4
    assert speed.low <= speed.ratio <= speed.high
    assert speed.ratio == pytest.approx(speed.student_ms / speed.reference_ms, rel=0.3)


def test_a_vectorised_answer_beats_loops(timed: Callable[..., Any]) -> None:
    speed, notes = timed("def double(x):\n    return 2 * x\n")
    assert speed is None or speed.high < 0.3, notes


def test_a_slow_answer_is_measured_on_less(timed: Callable[..., Any]) -> None:
    speed, notes = timed(_looped(60))
    assert speed is not None, notes
    assert "in place of 20000" in notes
    assert 20 < speed.ratio < 180


def test_an_answer_that_takes_for_ever_is_given_up(timed: Callable[..., Any]) -> None:
    speed, notes = timed("def double(x):\n    while True:\n        pass\n")
    assert speed is None
    assert "took longer than 1 s" in notes


def test_growth_is_measured_on_four_sizes(timed: Callable[..., Any]) -> None:
    found = []
    for _ in range(3):  # a busy machine may spoil one
        speed, notes = timed(_looped(1), scaling=True)
        assert speed is not None, notes
        assert speed.scaling is not None
        assert speed.scaling.sizes == (1.0, 0.5, 0.25, 0.125)
        assert set(speed.scaling.exponents) == {"you", "reference"}
        found.append(speed.scaling.exponents)
        if all(0.7 < one < 1.3 for one in found[-1].values()):
            return
    pytest.fail(f"not proportional to the size: {found}")


def _result(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return doc.partition("result: ")[2].strip()


@pytest.mark.parametrize("path", sorted(CHEATS.glob("*.py")), ids=lambda path: path.stem)
def test_cheats_gain_nothing(path: Path, timed: Callable[..., Any]) -> None:
    result = _result(path)
    assert result in ("wrong", "no gain", "timed")
    speed, notes = timed(path.read_text(encoding="utf-8"))
    if result == "wrong":
        assert speed is None, speed
        assert "Not timed" in notes or "does not count" in notes
        assert "so little" not in notes, "which would earn all points for speed"
    else:
        # The reference is what an honest learner writes here: no cheat comes in below it by more than it varies.
        assert speed is not None, notes
        assert speed.high > 0.8, speed
        assert speed.low > 0.3, speed  # points follow this end


@pytest.mark.skipif(not LINUX, reason="only Linux lets a process read another's clock")
def test_less_work_beside_calls_than_in_them_is_counted_and_told_of(timed: Callable[..., Any]) -> None:
    speed, notes = timed((CHEATS / "leaves_a_third_for_later.py").read_text(encoding="utf-8"), budget=2.0)
    assert speed is not None, notes
    assert "Between calls the processor worked" in notes
    assert 0.7 < speed.ratio < 1.4


@pytest.mark.skipif(not LINUX, reason="only Linux lets a process read another's clock")
def test_the_clock_is_the_childs_processor() -> None:
    with Player() as player, player.child(cpu_seconds=60) as child:
        child.layers()
        before = child.cpu_seconds()
        assert before is not None
        for _ in range(50):
            assert child.ask({"prepare": []}, {}, 10).outcome == "said"
        after = child.cpu_seconds()
        assert after is not None
        assert 0 < after - before < 10
        child.end()
        assert child.cpu_seconds() is None


@pytest.mark.skipif(not LINUX, reason="only Linux lets one choose a child's processor so")
def test_a_child_runs_where_it_is_told() -> None:
    with Player() as player, player.child(cpu_seconds=60) as child:
        child.layers()
        for processor in sorted(os.sched_getaffinity(0)):
            child.run_on(processor)
            assert os.sched_getaffinity(child.pid) == {processor}


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="for the malloc of glibc")
def test_arrays_begin_at_the_same_place_of_a_page() -> None:
    code = """
import random, sys
import numpy as np
from grader.heap import Heap

heap = Heap()
begins = set()
for seed in range(20):
    kept = [bytes(random.randrange(600, 300_000)) for _ in range(random.randrange(20))]
    holes = [bytes(random.randrange(600, 300_000)) for _ in range(random.randrange(20))]
    kept.append(bytes(1000))
    del holes
    heap.align()
    result = np.empty(random.randrange(20_000, 500_000), np.float32)
    begins.add((result.ctypes.data + 64) % 4096)
    del result
assert begins == {0}, begins
"""
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


def _timed_memory(path: Path, x: np.ndarray) -> Timed:
    """A child's half of the clock, with memory for `x` at its start, and for an answer as large behind it."""
    path.write_bytes(bytes(2 * x.nbytes))
    timed = Timed(wire.gather)
    assert timed.share(str(path), 2 * x.nbytes) == {"shared": True}
    call = {"arguments": [{"array": [x.dtype.str, x.shape, 0]}], "room": [x.nbytes, x.nbytes]}
    assert timed.prepare([call]) == {"prepared": True}
    return timed


def _described(answer: np.ndarray, plain: Callable[..., np.ndarray]) -> Any:
    return {}, {"answer": plain(answer, order="C")}


def _laid(path: Path, x: np.ndarray) -> None:
    with path.open("r+b") as file:
        file.write(x.tobytes())


def test_a_function_sees_what_is_laid_down_last_and_its_answer_goes_when_it_is_asked_for(tmp_path: Path) -> None:
    x, path = np.arange(8, dtype=np.float32), tmp_path / "shared"
    timed = _timed_memory(path, x)
    _laid(path, x)  # after it got ready
    assert timed.time(lambda a: 2 * a, _described) == [{"dtype": "<f4", "shape": (8,)}]
    assert path.read_bytes()[x.nbytes :] == bytes(x.nbytes), "nothing is laid down while the clock runs"
    assert timed.hand() == {"handed": True}
    assert np.array_equal(np.frombuffer(path.read_bytes()[x.nbytes :], np.float32), 2 * x)


@pytest.mark.parametrize("part", [slice(None), slice(None, None, -1)], ids=["whole", "reversed"])
def test_an_answer_made_of_an_argument_outlives_it(part: slice, tmp_path: Path) -> None:
    x, path = np.arange(8, dtype=np.float32), tmp_path / "shared"
    timed = _timed_memory(path, x)
    _laid(path, x)
    timed.time(lambda a: a[part], _described)
    _laid(path, 0 * x)  # as when the clock has stopped
    timed.hand()
    assert np.array_equal(np.frombuffer(path.read_bytes()[x.nbytes :], np.float32), x[part])


@given(st.floats(1 / 4096, 1.0))
def test_sizes_go_by_powers_of_two(share: float) -> None:
    found = _power_of_two(share)
    assert math.log2(found) == round(math.log2(found))
    assert share / 1.42 < found < share * 1.42


def test_nothing_of_the_course_runs_in_the_grader() -> None:
    code = (
        "import sys, grader.speed\n"
        "heavy = {'numba', 'tensorflow', 'grader.rival', 'grader.worker', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ---------------------------------------------------------------- how it is shown


def _report(*speeds: tuple[str, Speed | None, tuple[str, ...]]) -> Report:
    return Report(
        seed=0,
        environment=Environment(
            python="3.11", numpy="2", numba="0.61", tensorflow="2.18", platform="x", isolation=Isolation("sealed")
        ),
        submission=SubmissionInfo("exercises"),
        exercises=tuple(
            ExerciseReport(
                name=name,
                chapter="c1",
                status="passed",
                points=1,
                cases=Tally(2, 2),
                families={"tiny": Tally(2, 2)},
                speed=speed,
                timing=notes,
                notes=notes,
            )
            for name, speed, notes in speeds
        ),
    )


SPEED = Speed(student_ms=180.0, reference_ms=1.0, tensorflow_ms=2.5, ratio=180, low=171, high=188)
GROWN = Scaling(
    grow=("H", "W"),
    sizes=(1.0, 0.5, 0.25, 0.125),
    times={"you": (180, 91, 45, 23), "reference": (1.0, 0.5, 0.25, 0.13), "tensorflow": (2.5, 1.4, 0.8, 0.6)},
    exponents={"you": 0.99, "reference": 1.0, "tensorflow": 0.7},
)
SHOWN = _report(
    ("softmax", SPEED._replace(scaling=GROWN), ("Speed: 24 rounds with N = 256.",)),
    ("dense", SPEED._replace(student_ms=0.52, ratio=0.52, low=0.5, high=0.55), ()),
    ("conv2d", SPEED._replace(student_ms=4.0, tensorflow_ms=None, ratio=4.0, low=2.0, high=8.0), ("Too noisy.",)),
    ("affine", None, ("Not timed: too small.",)),
)


def _shown(report: Report, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    console = Console(file=raw, width=width, highlight=False, markup=False, emoji=False)
    terminal.render_speed(report, console=console)
    return raw.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_the_chart_is_as_it_was() -> None:
    golden = Path(__file__).with_name("golden") / "speed.chart"
    assert _shown(SHOWN) == golden.read_text(encoding="utf-8"), "python tests/test_speed.py"


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp437"])
def test_the_chart_fits_and_needs_no_colour(width: int, encoding: str) -> None:
    text = _shown(SHOWN, width, encoding)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    for name, _ in chart.bars(SPEED):
        assert name in text
    assert ("█" in text) == (encoding != "ascii")
    assert ("#" in text) == (encoding == "ascii")


def test_longer_bars_take_longer() -> None:
    lengths = {}
    for line in _shown(_report(("softmax", SPEED, ()))).splitlines():
        for name, ms in chart.bars(SPEED):
            if line.startswith(f"  {name} "):
                lengths[ms] = line.count("█")
    assert [lengths[ms] for ms in sorted(lengths)] == sorted(lengths.values())
    # One axis: a factor of ten is as long anywhere.
    assert lengths[180.0] - lengths[1.0] == pytest.approx((lengths[2.5] - lengths[1.0]) * math.log(180, 2.5), abs=6)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (180, "vectorise"),
        (8, "vectorise the outer loops"),
        (2.5, "@njit"),
        (1.3, "Nearly as fast"),
        (1.0, "As fast as the compiled reference"),
        (0.5, "Faster than the compiled reference, by 2.00x"),
    ],
)
def test_the_next_step_follows_the_ratio(ratio: float, said: str) -> None:
    assert said in chart.advice(SPEED._replace(ratio=ratio, low=ratio * 0.95, high=ratio * 1.05))


def test_noise_ranks_nobody() -> None:
    noisy = SPEED._replace(ratio=1.2, low=1.0, high=1.4)
    assert noisy.noisy
    assert not SPEED._replace(ratio=1.2, low=1.1, high=1.3).noisy
    assert "too noisy to rank" in chart.verdict(noisy)
    assert chart.advice(noisy) == ""
    # Unless all of the interval says the same.
    assert "vectorise" in chart.advice(SPEED._replace(ratio=3000, low=2000, high=4000))


def test_other_reports_have_the_speed_too() -> None:
    speeds = [one["speed"] for one in as_dict(SHOWN)["exercises"]]  # type: ignore[union-attr, index, call-overload]
    assert speeds[0] == {
        "student_ms": 180.0,
        "reference_ms": 1.0,
        "tensorflow_ms": 2.5,
        "ratio": 180,
        "low": 171,
        "high": 188,
    }
    assert speeds[3] is None
    table = markdown.render(SHOWN)
    assert "| `softmax` | 180 | 1.00 | 2.50 | 180x the reference's time" in table
    assert "not timed" in table
    properties = {one.get("name"): one.get("value") for one in ET.fromstring(junit.render(SHOWN)).iter("property")}
    assert properties["speed of softmax"] == (
        "yours 180 ms, reference 1.00 ms, TensorFlow 2.50 ms; 180x the reference's time (171x to 188x)"
    )


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_figure_is_drawn(ending: str, tmp_path: Path) -> None:
    from grader.render import plot

    path = tmp_path / f"speed.{ending}"
    plot.draw(SHOWN, path)
    first = path.read_bytes()
    assert first.startswith(b"<?xml" if ending == "svg" else b"\x89PNG")
    if ending == "svg":
        ET.fromstring(first)


def test_nothing_timed_is_nothing_to_draw(tmp_path: Path) -> None:
    from grader.render import plot

    with pytest.raises(ValueError, match="no exercise"):
        plot.draw(_report(("affine", None, ())), tmp_path / "speed.svg")


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("low", "part"), [(0.3, 1), (2, 1), (2.01, 0.75), (5, 0.75), (19, 0.5), (21, 0.25), (100, 0.25), (101, 0)]
)
def test_points_for_speed_go_by_the_kinder_end(low: float, part: float) -> None:
    assert part_of(SPEED._replace(low=low, ratio=low * 1.2, high=low * 1.4)) == Fraction(part)


def test_points_for_speed_are_a_share_of_the_points() -> None:
    exercise = SHOWN.exercises[0]
    assert exercise.score == 1
    assert replace(exercise, earned=Fraction(4, 5)).score == Fraction(4, 5)


# ---------------------------------------------------------------- the command


@pytest.fixture(name="toy")
def _toy(tmp_path: Path) -> Callable[..., Run]:
    write_tensorflow(tmp_path / "packages")
    root = write_course(tmp_path / "course").root
    fill_in(root, {"c1_numbers/double": _looped(1), "c2_rows/row_sums": RIGHT["c2_rows/row_sums"]})

    def run(*arguments: str, **more: str) -> Run:
        return grade(*arguments, cwd=root, **{**environment(tmp_path / "cache", tmp_path / "packages"), **more})

    return run


def test_grade_speed_shows_a_chart(toy: Callable[..., Run], tmp_path: Path) -> None:
    run = toy("speed", "--budget", "0.5", COLUMNS="80", TMPDIR=str(_made(tmp_path / "temporary")))
    assert run.status == 0, run.errors
    assert "the reference's time" in run.output
    for name in ("yours", "reference", "TensorFlow"):
        assert f"  {name} " in run.output
    assert "row_sums" in run.output
    assert "does not say on which sizes" in run.output
    assert max(map(len, run.output.splitlines())) <= 80
    assert list((tmp_path / "temporary").iterdir()) == [], "nothing is left behind"


def test_grade_with_speed_has_it_in_every_report(toy: Callable[..., Run]) -> None:
    run = toy("--speed", "--budget", "0.5", "--json", "-")
    assert run.status == 0, run.errors
    double, row_sums = run.json["exercises"]
    assert set(double["speed"]) == {"student_ms", "reference_ms", "tensorflow_ms", "ratio", "low", "high"}
    assert double["speed"]["low"] <= double["speed"]["ratio"] <= double["speed"]["high"]
    assert double["speed"]["tensorflow_ms"] is not None
    assert any(note.startswith("Speed: ") for note in double["notes"])
    assert row_sums["speed"] is None
    assert any("does not say on which sizes" in note for note in row_sums["notes"])
    assert json.loads(toy("--json", "-").output)["exercises"][0]["speed"] is None


def test_speed_earns_points_only_where_it_is_asked_to(toy: Callable[..., Run], tmp_path: Path) -> None:
    slow = (
        "def double(x):\n    for _ in range(40):\n        y = np.array([2 * one for one in x.tolist()])\n    return y\n"
    )
    fill_in(tmp_path / "course", {"c1_numbers/double": slow})
    run = toy("double", "--speed-points", "0.4", "--budget", "0.5", "--json", "-")
    (double,) = run.json["exercises"]
    assert double["status"] == "passed"
    assert double["speed"]["low"] > 5, double
    assert double["score"] in (0.6, 0.7, 0.8)
    assert run.json["score"] == double["score"]
    assert any(note.startswith("40% of this exercise's points are for speed") for note in double["notes"])
    assert run.status == 1
    assert toy("double", "--speed-points", "1.5").status == 2


def test_only_what_passes_is_timed(toy: Callable[..., Run], tmp_path: Path) -> None:
    fill_in(tmp_path / "course", {"c1_numbers/double": "def double(x):\n    return 3 * x\n"})
    run = toy("speed", "double")
    assert run.status == 1
    assert "Not timed, since not passed yet: double." in run.output
    assert "Timing" not in run.errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--plot", "figure.jpg"], "ends in .svg or .png"),
        (["--budget", "0"], "--budget"),
        (["softmux"], "no exercise or chapter"),
    ],
)
def test_wrong_use_is_told_before_anything_is_timed(arguments: list[str], said: str, toy: Callable[..., Run]) -> None:
    run = toy("speed", *arguments)
    assert run.status == 2
    assert said in run.errors
    assert run.output == ""


def test_a_figure_is_written(toy: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "speed.svg"
    run = toy("speed", "double", "--budget", "0.3", "--scaling", "--plot", str(path))
    assert run.status == 0, run.errors
    assert "Yours grows as N^" in run.output
    assert path.read_bytes().startswith(b"<?xml")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    golden_chart = Path(__file__).with_name("golden") / "speed.chart"
    golden_chart.write_text(_shown(SHOWN), encoding="utf-8", newline="\n")
