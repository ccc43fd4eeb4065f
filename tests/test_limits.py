"""Each layer by itself: what it stops, that it is possible without, and that a missing one is told.

A probe is a program of its own that puts one layer on and then tries everything; what it was refused must be what the
layer promises, no more and no less.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import Run
from toy import environment, fill_in, write_course, write_tensorflow
from without import NOTHING, grader_without

import grader
from grader import isolation, landlock, launch, limits, seccomp
from grader.player import Player

GRADER = Path(grader.__file__).resolve().parent
LINUX = sys.platform.startswith("linux")
linux = pytest.mark.skipif(not LINUX, reason="layers of Linux")

PROBE = """
import ctypes, json, mmap, os, signal, socket, subprocess, sys, threading
sys.path.insert(0, sys.argv[1])
import landlock, limits, seccomp
sys.path.pop(0)
layer, folder, outside = sys.argv[2:5]
os.chdir(folder)
NO_NEW_PRIVILEGES = lambda: ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
libc = ctypes.CDLL(None, use_errno=True)

def trace():
    if libc.ptrace(0x4206, os.getppid(), None, None) < 0:  # PTRACE_SEIZE: it goes on, and is let go when this ends
        raise OSError(ctypes.get_errno(), "refused")

def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def write(path, size=1):
    with open(path, "wb") as file:
        file.write(bytes(size))

def many_files():
    files = [open("/dev/null") for _ in range(limits.OPEN_FILES + 1)]
    for file in files:
        file.close()

tries = {
    "read a file": lambda: open(outside + "/secret").read(),
    "list a folder": lambda: os.listdir(outside),
    "write a file": lambda: write(outside + "/new"),
    "cut a file": lambda: os.truncate(outside + "/secret", 1),
    "remove a file": lambda: os.remove(outside + "/victim"),
    "write in its own folder": lambda: write(folder + "/mine"),
    "socket": lambda: socket.socket().close(),
    "fork": fork,
    "thread": lambda: threading.Thread(target=int).start(),
    "program": lambda: subprocess.run(["/bin/true"], check=True),
    "signal": lambda: os.kill(os.getppid(), 0),
    "modes": lambda: os.chmod(folder, 0o700),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
    "memory": lambda: mmap.mmap(-1, limits.MEMORY + 4096).close(),
    "large file": lambda: write(folder + "/large", limits.FILE_SIZE + 1),
    "many files": many_files,
    "trace": trace,
    "memory of its parent": lambda: open("/proc/%d/mem" % os.getppid(), "rb").close(),
    "environment of its parent": lambda: open("/proc/%d/environ" % os.getppid(), "rb").read(),
}
if layer == "files":
    NO_NEW_PRIVILEGES()
    assert landlock.seal([*limits.readable(tuple(sys.path), ()), "/bin", "/usr/bin"], [folder, "/dev/null"])
elif layer == "calls":
    NO_NEW_PRIVILEGES()
    assert seccomp.seal()
elif layer == "limits":
    limits.restrict(60)
elif layer == "no capabilities":
    limits._drop_capabilities()
refused = []
for name, attempt in tries.items():
    try:
        attempt()
    except (OSError, RuntimeError, subprocess.SubprocessError):
        refused.append(name)
print(json.dumps(refused))
"""

FILES = {"read a file", "list a folder", "write a file", "cut a file", "remove a file"}
CALLS = {"socket", "fork", "thread", "program", "signal", "modes", "priority", "trace"}
OF_ITS_PARENT = {"memory of its parent", "environment of its parent"}
LIMITS = {"memory", "large file", "many files"} | (
    set() if os.name != "posix" or os.geteuid() == 0 else {"fork", "thread"}
)


def probe(layer: str, tmp_path: Path, before: str = "") -> set[str]:
    """What a child with one layer alone is refused. `before`: what its parent does first, besides starting it."""
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    folder.mkdir(exist_ok=True)
    outside.mkdir(exist_ok=True)
    for name in ("secret", "victim"):
        (outside / name).write_text("secret", encoding="utf-8")
    arguments = [sys.executable, "-I", "-c", PROBE, str(GRADER), layer, str(folder), str(outside)]
    parent = f"import subprocess, sys\nsys.path.insert(0, {str(GRADER)!r})\nimport limits\n{before}\n"
    parent += f"sys.exit(subprocess.run({arguments!r}).returncode)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", parent], capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@linux
def test_without_a_layer_everything_is_possible(tmp_path: Path) -> None:
    assert probe("none", tmp_path) <= {"trace"}, "tracing a parent may be off for all, by Yama"


@linux
@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_landlock_alone_stops_what_concerns_files(tmp_path: Path) -> None:
    refused = probe("files", tmp_path)
    assert refused >= FILES
    assert not refused & {"write in its own folder", "fork", "thread", "modes", "priority", "memory", "socket"}


@linux
def test_seccomp_alone_stops_what_concerns_calls(tmp_path: Path) -> None:
    refused = probe("calls", tmp_path)
    assert refused >= CALLS
    assert not refused & {*FILES, "write in its own folder", "memory", "large file", "many files"}


@linux
def test_limits_alone_stop_what_takes_too_much(tmp_path: Path) -> None:
    refused = probe("limits", tmp_path)
    assert refused >= LIMITS
    assert not refused & {*FILES, "socket", "modes", "write in its own folder"}


@linux
@pytest.mark.parametrize("before", ["", "limits.untraceable()"])
def test_a_process_that_is_not_dumpable_keeps_its_memory_to_itself(tmp_path: Path, before: str) -> None:
    # Without the superuser's rights on either side: who has them sees all, and is seen by none who has not.
    refused = probe("no capabilities", tmp_path, f"limits._drop_capabilities(); {before}")
    if before:
        assert refused >= OF_ITS_PARENT | {"trace"}
    else:
        assert not refused & OF_ITS_PARENT


@linux
def test_every_child_holds_back_by_all_of_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    source = f"""
        import os
        def f():
            for path in ({str(secret)!r}, f"/proc/{{os.getppid()}}/mem", "/proc/self/environ"):
                try:
                    open(path, "rb").close()
                    return 1.0
                except OSError:
                    pass
            with open("/proc/cpuinfo") as file:
                return float(len(file.read()) == 0)
    """
    load = {
        "entry": "m",
        "function": "f",
        "modules": {"m": {"package": False, "chunks": [["m.py", textwrap.dedent(source)]]}},
        "aliases": {},
        "absent": [],
        "packages": [],
    }
    # The parent of a child is the preloaded process.
    with Player() as one, one.child(60) as child:
        assert child.ask({"load": load}, {}, 60).head == {"loaded": True}
        assert child.ask({"call": []}, {}, 60).arrays["answer"] == 0


# ---------------------------------------------------------------- the level


@pytest.mark.parametrize(
    ("layers", "reached"),
    [
        ([], "none"),
        (["memory limit"], "none"),
        ([limits.TIME_LIMIT], "limits"),
        ([limits.TIME_LIMIT, limits.NAMESPACES], "limits"),
        ([limits.TIME_LIMIT, limits.FILES], "confined"),
        ([limits.TIME_LIMIT, limits.CALLS, limits.NAMESPACES], "confined"),
        ([limits.TIME_LIMIT, limits.FILES, limits.CALLS], "sealed"),
        ([limits.TIME_LIMIT, limits.FILES, limits.CALLS, limits.NAMESPACES], "isolated"),
    ],
)
def test_the_level_is_what_the_layers_amount_to(layers: list[str], reached: str) -> None:
    assert limits.level(layers) == reached


@pytest.mark.parametrize(
    ("asked", "unsafe", "environ", "submissions", "platform", "least"),
    [
        (None, False, {}, 1, "linux", "limits"),
        (None, False, {"CI": "true"}, 1, "linux", "sealed"),
        (None, False, {"CI": "1"}, 1, "linux", "sealed"),
        (None, False, {"CI": "false"}, 1, "linux", "limits"),
        (None, False, {"GITHUB_ACTIONS": "true"}, 1, "linux", "sealed"),
        (None, False, {"CI": "true"}, 1, "darwin", "limits"),
        (None, False, {"CI": "true"}, 1, "win32", "limits"),
        (None, False, {}, 2, "linux", "sealed"),
        (None, True, {"CI": "true"}, 2, "linux", "none"),
        ("limits", False, {"CI": "true"}, 2, "linux", "limits"),
        ("isolated", True, {}, 1, "linux", "isolated"),
        ("none", False, {}, 1, "linux", "limits"),
    ],
)
def test_the_least_level_to_run_at(
    monkeypatch: pytest.MonkeyPatch,
    asked: str | None,
    unsafe: bool,
    environ: dict[str, str],
    submissions: int,
    platform: str,
    least: str,
) -> None:
    monkeypatch.setattr(limits.sys, "platform", platform)
    assert limits.required(asked, unsafe, environ, submissions) == least


# ---------------------------------------------------------------- layers that are missing


@pytest.fixture(name="lacking")
def _lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Gives children a copy of their files in which layers are missing."""

    def lack(*names: str) -> None:
        monkeypatch.setattr(launch, "WORKER", grader_without(names, tmp_path / "lacking") / "grader" / "worker.py")

    return lack


@linux
@pytest.mark.parametrize(
    ("names", "reached", "told"),
    [
        ((), "sealed", ()),
        (("landlock",), "confined", ("without files",)),
        (("seccomp",), "confined", ("without system calls",)),
        (("landlock", "seccomp"), "limits", ("without files", "without system calls")),
        (("landlock", "seccomp", "limits"), "none", ("without files", "without system calls", "without limits")),
    ],
)
def test_a_missing_layer_lowers_the_level_and_is_told(
    lacking: object, names: tuple[str, ...], reached: str, told: tuple[str, ...]
) -> None:
    lacking(*names)  # type: ignore[operator]
    with Player() as one, one.child(60) as child:
        held = child.layers()
        words = isolation.words(held, one.without)
    assert limits.level(held) == reached
    assert [word.partition(":")[0] for word in words if word.startswith("without")] == ["without namespaces", *told]
    for layer in isolation.examined(held, one.without):
        assert layer.fact


@linux
def test_a_system_call_that_is_let_through_is_enough_to_lose_the_layer(
    lacking: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking()  # type: ignore[operator]
    file = launch.WORKER.with_name("seccomp.py")
    source = file.read_text(encoding="utf-8")
    file.write_text(source.replace('    "socket": (41, 198),\n', ""), encoding="utf-8")
    with Player() as one, one.child(60) as child:
        assert limits.level(child.layers()) == "confined"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("version", [0, 7])
def test_every_lack_has_its_reason(monkeypatch: pytest.MonkeyPatch, platform: str, version: int) -> None:
    monkeypatch.setattr(isolation.sys, "platform", platform)
    monkeypatch.setattr(landlock, "version", lambda: version)
    monkeypatch.setattr(isolation.platform, "machine", lambda: "riscv64" if version else "x86_64")
    tried = {limits.NAMESPACES: "setting up uid map: Permission denied"} if version else {}
    for held in ([], [limits.FILES], [limits.CALLS, limits.FILES, limits.NAMESPACES, limits.TIME_LIMIT]):
        layers = isolation.examined(held, tried)
        assert [layer.name for layer in layers if layer.held] == [
            name for name in (limits.NAMESPACES, limits.FILES, limits.CALLS) if name in held
        ] + (["limits"] if limits.TIME_LIMIT in held else [])
        assert all(layer.fact for layer in layers)
        assert not any(layer.advice for layer in layers if layer.held)
    if platform == "linux" and version:
        assert "apparmor" in layers[0].advice or layers[0].held


def test_the_numbers_of_the_filter_are_the_kernels() -> None:
    for numbers in seccomp.REFUSED.values():
        assert any(number is not None for number in numbers)


# ---------------------------------------------------------------- a run


@linux
def test_where_nothing_holds_code_back_it_runs_only_as_unsafe(lacking: object, tmp_path: Path) -> None:
    lacking(*NOTHING)  # type: ignore[operator]
    root = write_course(tmp_path / "course").root
    fill_in(root)
    (root / "exercises" / "c1_numbers" / "double.py").write_text(
        "open('ran', 'w').close()\ndef double(x):\n    return 2 * x\n", encoding="utf-8"
    )
    code = f"""
        import sys
        from grader import launch, namespaces
        launch.WORKER = launch.Path({str(launch.WORKER)!r})
        namespaces.program = lambda: None
        from grader.cli import run
        sys.exit(run())
    """
    names = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")
    own = {name: value for name, value in os.environ.items() if name not in names}

    def run(*arguments: str, **more: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-P", "-c", textwrap.dedent(code), *arguments],
            cwd=root,
            env={**own, **environment(tmp_path / "cache", write_tensorflow(tmp_path / "packages")), **more},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    for more in ({}, {"CI": "true"}):
        refused = run(**more)
        assert refused.status == 3
        assert "Nothing was run" in refused.errors
        assert "--unsafe" in refused.errors
        assert refused.output == ""
    assert not list((tmp_path / "cache").rglob("*.safetensors")), "it is said before a key is built"
    unsafe = run("--unsafe", "--json", "-")
    assert unsafe.status == 0, unsafe.errors
    reached = unsafe.json["environment"]["isolation"]
    assert reached["level"] == "none"
    assert any(layer.startswith("without limits: ") for layer in reached["layers"])
    assert run("--unsafe", "--require-isolation", "limits").status == 3
