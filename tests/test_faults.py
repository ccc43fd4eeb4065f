"""Faults that are nobody's: full disks, killed processes, unreadable folders, Ctrl-C, runs at once, a clock that jumps.

What is said is a sentence, the status is 3, nothing is lost, and nothing is left behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, grade
from grading import parts
from toy import environment, fill_in, write_course, write_tensorflow

from grader.grading import LANES, Grading
from grader.launch import PlayerError
from grader.player import Player
from grader.submission import Found, read_submission

LINUX = sys.platform.startswith("linux")
linux = pytest.mark.skipif(not LINUX, reason="reads /proc")
HANG_SECONDS = 120


class Toy:
    """A solved course, with a cache of its own that holds the key."""

    def __init__(self, root: Path, key: Path, packages: Path) -> None:
        self.root = write_course(root / "course").root
        fill_in(self.root)
        self.cache = root / "cache"
        shutil.copytree(key, self.cache / "keys")
        self.scratch = root / "tmp"
        self.scratch.mkdir()
        self.environment = {**environment(self.cache, packages), "TMPDIR": str(self.scratch)}

    def grade(self, *arguments: str | Path, **more: str) -> Run:
        return grade(*arguments, cwd=self.root, **{**self.environment, **more})

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "grader", *arguments],
            cwd=self.root,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )


@pytest.fixture(name="key", scope="module")
def _key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with the key of the course, and one with a TensorFlow that imports at once."""
    folder = tmp_path_factory.mktemp("key")
    packages = write_tensorflow(folder / "packages")
    root = write_course(folder / "course").root
    assert grade(cwd=root, **environment(folder / "cache", packages)).status == 1
    return folder / "cache" / "keys", packages


@pytest.fixture(name="toy")
def _toy(tmp_path: Path, key: tuple[Path, Path]) -> Iterator[Toy]:
    toy = Toy(tmp_path, *key)
    yield toy
    assert list(toy.scratch.iterdir()) == [], "nothing is left behind"
    assert not list(toy.cache.rglob(".writing-*"))


def below(pid: int) -> set[int]:
    """Every process that a process has started, and theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            found |= {int(child)} | below(int(child))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(true: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if true():
            return True
        time.sleep(0.02)
    return False


def told(run: Run) -> None:
    """A fault is told in sentences."""
    assert run.status == 3, (run.output, run.errors)
    assert "Traceback" not in run.errors + run.output
    assert run.errors.strip().endswith(".")


# ---------------------------------------------------------------- full disks


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [[], ["--json", "-"], ["list"], ["show", "double"], ["doctor"], ["--help"]])
def test_standard_output_on_a_full_disk(toy: Toy, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader", *arguments],
            cwd=toy.root,
            env={**os.environ, **toy.environment},
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    told(Run(done.returncode, "", done.stderr))
    assert "Make room" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("kind", ["json", "junit", "markdown"])
def test_a_report_on_a_full_disk(toy: Toy, kind: str) -> None:
    run = toy.grade(f"--{kind}", "/dev/full")
    told(run)
    assert f"The {kind} report cannot be written to /dev/full" in run.errors


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB that is full."""
    if not LINUX or os.geteuid() != 0:
        pytest.skip("only root mounts")
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=20", "tmpfs", str(folder)], check=False)
    if done.returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        with contextlib.suppress(OSError), open(folder / "fill", "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_cache_on_a_full_disk(toy: Toy, small: Path) -> None:
    run = toy.grade(GRADER_CACHE_DIR=str(small))
    told(run)
    assert "Make room there, or set GRADER_CACHE_DIR" in run.errors


def test_progress_on_a_full_disk_is_done_without(toy: Toy, small: Path) -> None:
    (toy.cache / "progress").symlink_to(small)
    run = toy.grade()
    assert run.status == 0, run.errors
    assert sorted(path.name for path in small.iterdir()) == ["fill"]


@pytest.mark.parametrize("left", [0, 1], ids=["for none", "for the grader's own alone"])
def test_no_room_for_the_folders_of_children(small: Path, monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(small))
    with pytest.raises(OSError, match="No space"):
        list(map(os.mkdir, (small / str(k) for k in range(20))))
    for k in range(left):
        (small / str(k)).rmdir()
    with pytest.raises(PlayerError, match=r"There is no folder to run submissions in.*No space left"), Player() as one:
        one.child(60)
    assert not list(small.glob("grade-*"))


@linux
def test_another_temporary_folder_is_found(toy: Toy, small: Path) -> None:
    assert toy.grade(TMPDIR=str(small), PATH="").status == 0, "without bubblewrap, whose folder is in memory"


# ---------------------------------------------------------------- processes that are killed


@linux
@pytest.mark.parametrize("moment", range(6))
@pytest.mark.parametrize("which", ["first", "last"])
def test_a_process_of_ours_that_is_killed_changes_no_score(toy: Toy, moment: int, which: str) -> None:
    process = toy.start("--json", "-")
    try:
        until(lambda: bool(below(process.pid)) or process.poll() is not None)
        time.sleep(0.05 * moment)
        started = sorted(below(process.pid))
        if started:
            with contextlib.suppress(ProcessLookupError):
                os.kill(started[0 if which == "first" else -1], signal.SIGKILL)
        output, errors = process.communicate(timeout=HANG_SECONDS)
    finally:
        process.kill()
        process.communicate()
    run = Run(process.returncode, output, errors)
    if run.status == 3 and not run.output:
        told(run)
    else:
        # A child that is killed from outside is a submission that crashed: nobody can tell the two apart.
        assert run.status in (0, 1), run.errors
        assert set(run.statuses().values()) <= {"passed", "crashed"}
    assert until(lambda: not any(map(alive, started)))


@linux
def test_a_builder_of_the_key_that_is_killed_is_told(toy: Toy) -> None:
    process = toy.start("--seed", "7")

    def building() -> set[int]:
        found = set()
        for pid in below(process.pid):
            try:
                if b"main('references')" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(pid)
            except OSError:
                continue
        return found

    try:
        assert until(lambda: bool(building()) or process.poll() is not None)
        for pid in building():
            os.kill(pid, signal.SIGKILL)
        output, errors = process.communicate(timeout=HANG_SECONDS)
    finally:
        process.kill()
        process.communicate()
    told(Run(process.returncode, output, errors))
    assert toy.grade("--seed", "7").status == 0, "the next run builds it"


# ---------------------------------------------------------------- Ctrl-C and the rest


def test_what_failed_is_run_again_with_nothing_beside_it(tmp_path: Path) -> None:
    meeting = threading.Barrier(LANES)
    begun: set[str] = set()
    beside = []

    class Crowded(Grading):
        def _run_once(self, found: Found, tallies: Any) -> None:
            name = tallies.part.about.name
            if name not in begun:
                begun.add(name)
                meeting.wait(HANG_SECONDS)  # all lanes are taken
                raise PlayerError("one of them has killed it")
            beside.append(self._lanes.acquire(blocking=False))
            super()._run_once(found, tallies)

    chosen = list(parts())[:LANES]
    for name in chosen:
        (tmp_path / f"{name}.py").write_text(f"def {name}(*given):\n    return 0.5\n")
    with Player() as player:
        reports = Crowded(read_submission(tmp_path, chosen), player, timeout=5).grade_all(
            [parts()[name] for name in chosen], lambda part, report: None
        )
    assert {report.status for report in reports} == {"failed"}
    assert beside == [False] * LANES


@linux
def test_an_interrupt_that_comes_out_as_another_error_is_still_one() -> None:
    code = """
import os, signal, time
from grader import cli

def importing(**options):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    except KeyboardInterrupt:
        raise ImportError("numpy._core.multiarray failed to import") from None

cli.main.main = importing
raise SystemExit(cli.run())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr.strip()) == (130, "Interrupted. Nothing was changed.")


@linux
@pytest.mark.parametrize("moment", range(8))
def test_an_interrupt_at_any_moment_leaves_nothing(toy: Toy, moment: int) -> None:
    process = toy.start()
    try:
        until(lambda: bool(below(process.pid)) or process.poll() is not None)
        time.sleep(0.04 * moment)
        started = below(process.pid)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=HANG_SECONDS)
    finally:
        process.kill()
        process.communicate()
    if "Everything passed" not in output:  # it was over already
        assert (process.returncode, errors.strip()) == (130, "Interrupted. Nothing was changed."), output
    assert until(lambda: not any(map(alive, started)))


def test_three_runs_at_once_on_one_empty_cache(toy: Toy) -> None:
    shutil.rmtree(toy.cache)
    processes = [toy.start("--json", "-") for _ in range(3)]
    try:
        runs = []
        for process in processes:
            output, errors = process.communicate(timeout=600)
            runs.append(Run(process.returncode, output, errors))
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert [run.status for run in runs] == [0, 0, 0], [run.errors for run in runs]
    assert len({str(run.json["exercises"]) for run in runs}) == 1
    assert toy.grade().status == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads all")
def test_a_folder_that_cannot_be_read(toy: Toy) -> None:
    folder = toy.root / "exercises" / "c1_numbers"
    folder.chmod(0)
    try:
        run = toy.grade("--json", "-")
    finally:
        folder.chmod(0o755)
    assert run.status == 1, run.errors
    assert run.statuses() == {"double": "missing", "row_sums": "passed"}


def test_a_clock_that_jumps_ends_nothing() -> None:
    # The grader's own clocks are those that no one sets: the words time.time() stand nowhere in it.
    import grader

    sources = Path(grader.__file__).parent.rglob("*.py")
    assert not [path.name for path in sources if re.search(r"time\.time\(\)|datetime", path.read_text("utf-8"))]
