"""Namespaces by bubblewrap: what a child sees there, how it ends, and what happens where bubblewrap does not work."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import launch, limits, namespaces
from grader.child import Child, Reply
from grader.launch import PlayerError
from grader.player import Player
from grader.preloaded import Preloaded

SECONDS = 60.0


def why_not() -> str:
    """Why there is no namespace on this machine; "" where there is."""
    if namespaces.program() is None:
        return "bubblewrap is not installed"
    with Player(isolate=True) as one, one.child(60) as child:
        return "" if limits.NAMESPACES in child.layers() else one.without.get(limits.NAMESPACES, "they do not hold")


WHY_NOT = why_not() if sys.platform.startswith("linux") else "namespaces are Linux's"
isolated = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bubblewrap is for Linux")


@pytest.fixture(name="one")
def _one() -> Iterator[Player]:
    with Player(isolate=True) as one:
        yield one


def load(child: Child, source: str, packages: tuple[str, ...] = ()) -> Reply:
    said = {
        "entry": "m",
        "function": "f",
        "modules": {"m": {"package": False, "chunks": [["m.py", textwrap.dedent(source)]]}},
        "aliases": {},
        "absent": [],
        "packages": list(packages),
    }
    return child.ask({"load": said}, {}, SECONDS)


def run(child: Child, source: str, *values: Any, packages: tuple[str, ...] = ()) -> Reply:
    assert load(child, source, packages).head == {"loaded": True}
    arrays = {str(k): np.asarray(value) for k, value in enumerate(values)}
    return child.ask({"call": [{"array": name} for name in arrays]}, arrays, SECONDS)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(*pids: int) -> bool:
    for _ in range(500):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.02)
    return False


def below(pid: int) -> set[int]:
    """Every process that a process has started, and theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text(encoding="ascii").split():
            found |= {int(child)} | below(int(child))
    return found


# ---------------------------------------------------------------- inside


@isolated
def test_the_level_is_isolated(one: Player) -> None:
    with one.child(60) as child:
        assert limits.level(child.layers()) == "isolated"
    assert one.without == {}


@isolated
def test_an_answer_comes_back(one: Player) -> None:
    with one.child(60) as child:
        reply = run(child, "def f(x):\n    print('here')\n    return x + 1", np.ones(3, np.float32))
        assert reply.arrays["answer"].tolist() == [2, 2, 2]
        assert reply.output == "here\n"


@isolated
def test_nothing_of_the_machine_is_in_sight(one: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    course = Path(launch.__file__).resolve().parent.parent
    source = f"""
        import json, os, sys
        def f():
            print(json.dumps({{
                "exist": [path for path in {[str(tmp_path), str(course / "solutions"), "/home", "/etc/passwd"]!r}
                          if os.path.exists(path)],
                "pid": os.getpid(),
                "name": os.uname().nodename,
                "folder": os.getcwd(),
                "frames": sorted({{sys._getframe(k).f_code.co_filename for k in range(1, 6)}}),
                "arguments": sys.orig_argv[1:],
                "environment": sorted(os.environ),
            }}))
            return 0.0
    """
    with one.child(60) as child:
        found = json.loads(run(child, source).output)
        assert found["exist"] == []
        assert found["pid"] < 50 < child.pid, "processes are counted anew"
        assert Path(f"/proc/{child.pid}").exists(), "and the grader knows the number outside"
        assert found["name"] == "grade"
        assert found["folder"] == str(child.folder)
        assert not child.folder.exists(), "it is not on this machine's disk"
        assert str(course) not in json.dumps(found)
        assert set(found["environment"]) <= {*limits.environment({}, ""), "PWD", *limits._KEPT}


@isolated
def test_numba_compiles_inside(one: Player) -> None:
    pytest.importorskip("numba")
    source = """
        from numba import njit
        @njit
        def f(x):
            total = 0.0
            for one in x:
                total += one
            return total
    """
    with one.child(60) as child:
        reply = run(child, source, np.ones(5, np.float32), packages=("numba",))
        assert reply.arrays["answer"] == 5


@isolated
def test_the_clock_of_a_child_can_be_read_outside(one: Player) -> None:
    source = "def f():\n    n = 0\n    while n < 5_000_000:\n        n += 1\n    return n"
    with one.child(60) as child:
        clock = (~child.pid << 3) | 2
        before = time.clock_gettime_ns(clock)
        assert run(child, source).arrays["answer"] == 5_000_000
        assert time.clock_gettime_ns(clock) - before > 10_000_000


@isolated
def test_each_child_gets_an_empty_folder_and_loses_it(one: Player) -> None:
    source = "import os\ndef f():\n    open('left', 'w').close()\n    return float(len(os.listdir('.')))"
    folders = set()
    for _ in range(3):
        with one.child(60) as child:
            folders.add(child.folder)
            assert run(child, source).arrays["answer"] == 2, "its own source, and what it wrote"
    assert len(folders) == 3


@isolated
def test_the_folder_cannot_be_filled_for_the_next(one: Player) -> None:
    fill = """
        def f():
            n = 0
            try:
                for n in range(50):
                    with open(f"file{n}", "wb") as file:
                        file.write(bytes(8 << 20))
            except OSError:
                pass
            return float(n)
    """
    with one.child(60) as child:
        assert run(child, fill).arrays["answer"] < namespaces.SCRATCH_SIZE // (8 << 20) + 1
    with one.child(60) as child:
        assert run(child, "def f():\n    open('x', 'wb').write(bytes(1 << 20))\n    return 1.0").arrays["answer"] == 1


# ---------------------------------------------------------------- ends


@isolated
def test_endings_are_told_as_anywhere(one: Player) -> None:
    for line, status in [("os._exit(7)", 7), ("os.abort()", -signal.SIGABRT), ("os.kill(os.getpid(), 9)", -9)]:
        with one.child(60) as child:
            reply = run(child, f"import os\ndef f():\n    {line}")
            assert (reply.outcome, reply.status) == ("died", status)
    with one.child(60) as child:
        load(child, "def f():\n    while True:\n        pass")
        pid = child.pid
        assert child.ask({"call": []}, {}, 0.5).outcome == "timeout"
        assert gone(pid)


@isolated
def test_an_interrupt_while_it_starts_up_closes_nothing_that_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    waits, heard, interrupted = Preloaded._wait_or_start_plainly, [], threading.Event()

    def slowly(self: Preloaded, control: socket.socket, process: subprocess.Popen[bytes]) -> None:
        interrupted.wait()
        time.sleep(0.2)
        try:
            waits(self, control, process)
            heard.append("ended")
        except OSError as error:
            heard.append(str(error))

    def interrupt(number: int, frame: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    def ask(one: Player) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        one.layers()

    monkeypatch.setattr(Preloaded, "_wait_or_start_plainly", slowly)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Player(isolate=True) as one, pytest.raises(KeyboardInterrupt):
            ask(one)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert heard == ["ended"]


@isolated
@pytest.mark.parametrize("which", range(3))
def test_any_of_its_processes_may_be_killed(which: int) -> None:
    before = below(os.getpid())
    with Player(isolate=True) as one:
        with one.child(60) as child:
            run(child, "def f():\n    return 0.0")
            started = sorted(below(os.getpid()) - before)
            assert len(started) == 4, "bubblewrap outside and inside, the preloaded process, the child"
            os.kill(started[which], signal.SIGKILL)
            assert gone(*started)
            with pytest.raises(PlayerError):
                child.end()
            child._status = 0  # so that closing it does not ask again
        one.restart(one.restarts)
        with one.child(60) as child:
            assert run(child, "def f(x):\n    return x", np.float64(1)).arrays["answer"] == 1
    assert below(os.getpid()) == before


@isolated
def test_closing_ends_everything_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = below(os.getpid())
    open_before = len(os.listdir("/proc/self/fd"))
    one = Player(isolate=True)
    child = one.child(60)
    load(child, "def f():\n    while True:\n        pass")
    started = below(os.getpid()) - before
    one.close()
    assert gone(*started)
    with pytest.raises(PlayerError):
        child.close()
    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == open_before


@isolated
def test_closing_at_once_leaves_nothing() -> None:
    before = below(os.getpid())
    for _ in range(3):
        Player(isolate=True).close()
    assert below(os.getpid()) == before


@isolated
def test_a_grader_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    code = """
        import sys, time
        from grader.player import Player
from grader.preloaded import Preloaded
        one = Player(isolate=True)
        child = one.child(60)
        print(child.pid, one._preloaded._process.pid, flush=True)
        time.sleep(1000)
    """
    root = str(Path(launch.__file__).resolve().parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": root, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    with process.stdout:
        pids = [int(pid) for pid in process.stdout.readline().split()]
    assert all(map(alive, pids))
    process.kill()
    process.wait()
    assert gone(*pids)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- where it does not work


@pytest.fixture(name="pretend")
def _pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a script in bubblewrap's place."""

    def pretend(script: str) -> None:
        program = tmp_path / "bwrap"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(namespaces, "program", lambda: str(program))

    return pretend


@linux
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "setting up uid map: Permission denied"),
        ("exit 1", "it ended unexpectedly"),
        ("kill -9 $$", "it ended unexpectedly"),
    ],
)
def test_where_bubblewrap_fails_the_rest_holds_and_the_reason_is_told(pretend: Any, script: str, reason: str) -> None:
    pretend(script)
    with Player(isolate=True) as one:
        for _ in range(2):
            with one.child(60) as child:
                assert limits.level(child.layers()) != "isolated"
            with one.child(60) as child:
                assert run(child, "def f(x):\n    return x", np.float64(1)).arrays["answer"] == 1
            assert one.without == {limits.NAMESPACES: reason}
            one.restart(one.restarts)


@linux
def test_a_bubblewrap_that_isolates_nothing_is_found_out(pretend: Any, tmp_path: Path) -> None:
    # It runs the program as if it stood alone, in a folder that is this machine's.
    scratch = tmp_path / "scratch"
    worker = launch.WORKER
    pretend(f'while [ "$1" != -- ]; do shift; done\nexec "$2" -I -B {worker} preload "$7" {scratch}')
    with Player(isolate=True) as one, one.child(60) as child:
        layers = child.layers()
    assert limits.NAMESPACES not in layers
    assert limits.level(layers) != "isolated"


@linux
def test_without_bubblewrap_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespaces, "program", lambda: None)
    with Player(isolate=True) as one, one.child(60) as child:
        assert limits.level(child.layers()) != "isolated"
    assert one.without == {limits.NAMESPACES: "bubblewrap is not installed"}


@linux
def test_a_python_that_cannot_start_inside_is_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")
    monkeypatch.setattr(namespaces, "_visible", list)  # nothing is there to start it with
    with Player(isolate=True) as one, one.child(60) as child:
        assert run(child, "def f(x):\n    return x", np.float64(1)).arrays["answer"] == 1
    assert one.without[limits.NAMESPACES]
