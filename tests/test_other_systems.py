"""macOS and Windows, as far as can be told without them: what is asked of the system, and that nothing is claimed."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from test_code import ONLY_CHILDREN

from grader import job, launch, limits, namespaces, seatbelt
from grader.launch import PlayerError
from grader.player import Player

posix = pytest.mark.skipif(os.name != "posix", reason="a script stands for sandbox-exec")


# ---------------------------------------------------------------- macOS


def test_the_profile_allows_a_child_its_own_files_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    (packages / "tensorflow").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages)])
    folder = tmp_path / 'a "quoted" folder'
    program, option, profile, *command = seatbelt.wrapped(["python", "worker.py"], folder)
    assert (program, option, command) == (seatbelt.PROGRAM, "-p", ["python", "worker.py"])
    assert profile.count("(") == profile.count(")")
    for denied in ("network*", "process-fork", "file-write*", "signal (target others)"):
        assert f"(deny {denied})" in profile
    # The last rule that fits counts.
    assert profile.index("(deny file-write*)") < profile.index("(allow file-write*")
    assert profile.index("(deny file-read* (subpath") < profile.index("(allow file-read* (subpath")
    allowed, hidden = profile.index("(allow file-read* (subpath"), profile.index("site-packages/tensorflow")
    assert allowed < hidden
    assert '\\"quoted\\"' in profile
    assert "player.py" not in profile
    assert set(seatbelt._CODE) - {"worker"} == ONLY_CHILDREN["worker"]


@posix
def test_a_sandbox_that_does_not_start_is_done_without_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "sandbox-exec"
    program.write_text("#!/bin/sh\nexit 65\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(seatbelt, "PROGRAM", str(program))
    monkeypatch.setattr(seatbelt, "available", lambda: True)
    with Player(preload=False) as one:
        with one.child(60) as child:
            assert child.layers()
        assert "ended unexpectedly" in one.without[limits.FILES]
        monkeypatch.setattr(launch, "WORKER", tmp_path / "nothing.py")
        with pytest.raises(PlayerError):
            one.child(60)


@posix
def test_a_sandbox_that_confines_nothing_is_not_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "sandbox-exec"
    program.write_text('#!/bin/sh\nshift 2\nexec "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(seatbelt, "PROGRAM", str(program))
    with Player(preload=False) as one, one.child(60) as child:
        usual = limits.level(child.layers())
    monkeypatch.setattr(seatbelt, "available", lambda: True)
    with Player(preload=False) as one, one.child(60) as child:
        assert limits.level(child.layers()) == usual
        assert one.without == {}


# ---------------------------------------------------------------- Windows


def test_the_job_has_the_layout_of_the_headers() -> None:
    # Of 64-bit Windows: JOBOBJECT_BASIC_LIMIT_INFORMATION and JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(job._Basic) == 64
        assert ctypes.sizeof(job._Extended) == 144
        assert job._Extended.process_memory.offset == 112


class Kernel:
    """Stands for kernel32 and ntdll: keeps what it was asked."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.said: list[str] = []
        self.limits: Any = None

    def __call__(self, *_: object, **__: object) -> Kernel:
        return self

    def CreateJobObjectW(self, *_: object) -> int:  # noqa: N802  the system's name
        self.said.append("create")
        return 7

    def SetInformationJobObject(self, _job: object, kind: int, wanted: Any, size: int) -> int:  # noqa: N802
        assert (kind, size) == (9, ctypes.sizeof(job._Extended))
        self.limits = wanted._obj
        self.said.append("limit")
        return 1

    def AssignProcessToJobObject(self, *_: object) -> int:  # noqa: N802
        self.said.append("assign")
        return 0 if self.refuses else 1

    def CloseHandle(self, *_: object) -> int:  # noqa: N802
        self.said.append("close")
        return 1

    def NtResumeProcess(self, *_: object) -> int:  # noqa: N802
        self.said.append("resume")
        return 0

    def QueryInformationJobObject(self, _job: object, _kind: int, found: Any, *_: object) -> int:  # noqa: N802
        found._obj.basic.flags = self.limits.basic.flags if self.limits is not None else 0
        return 1


@pytest.mark.parametrize("refuses", [False, True])
def test_a_process_runs_only_when_its_job_holds_it(monkeypatch: pytest.MonkeyPatch, refuses: bool) -> None:
    kernel = Kernel(refuses)
    monkeypatch.setattr(job, "_kernel", lambda: kernel)
    monkeypatch.setattr(ctypes, "WinDLL", kernel, raising=False)
    held = job.hold(42, 60, limits.MEMORY)
    assert held == (None if refuses else 7)
    assert kernel.said == ["create", "limit", "assign", *(["close"] if refuses else []), "resume"]
    assert kernel.limits.process_memory == limits.MEMORY
    assert kernel.limits.basic.process_time == 600_000_000
    assert kernel.limits.basic.active_processes == 1


def test_a_child_tells_its_job_by_asking_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel()
    monkeypatch.setattr(job, "_kernel", lambda: kernel)
    monkeypatch.setattr(ctypes, "WinDLL", kernel, raising=False)
    monkeypatch.setattr(job.sys, "platform", "win32")
    assert limits.level(job.layers()) == "none", "it is in none"
    job.hold(42, 60, limits.MEMORY)
    assert limits.level(job.layers()) == "limits"
    assert {limits.TIME_LIMIT, limits.MEMORY_LIMIT} <= set(job.layers())


@pytest.mark.skipif(sys.platform == "win32", reason="there it has one")
def test_elsewhere_there_is_no_job() -> None:
    assert job.layers() == []
    assert namespaces.packages()
