"""Children: what they answer, how they end, and that nothing of them is left.

Every test runs twice where it can: with the preloaded process that forks, and with a fresh interpreter for each child.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_code import ONLY_CHILDREN

import grader
from grader import limits, wire
from grader.child import MAX_OUTPUT, Child, Reply
from grader.launch import PlayerError
from grader.player import Player

LINUX = sys.platform.startswith("linux")
GRADER = Path(grader.__file__).resolve().parent
HANG_SECONDS = 60.0  # a bound for what must never hang, not a measure
SHORT = 0.6

linux = pytest.mark.skipif(not LINUX, reason="reads /proc")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and descriptors of POSIX")


@pytest.fixture(name="player", params=["preloaded", "fresh"])
def _player(request: pytest.FixtureRequest) -> Iterator[Player]:
    if request.param == "preloaded" and not hasattr(os, "fork"):
        pytest.skip("processes cannot fork here")
    with Player(preload=request.param == "preloaded") as player:
        yield player


@pytest.fixture(name="one_child")
def _one_child() -> Iterator[Child]:
    """A child of one kind, for what is the same for both."""
    with Player() as player, player.child(cpu_seconds=60) as child:
        yield child


@pytest.fixture(name="child")
def _child(player: Player) -> Iterator[Child]:
    with player.child(cpu_seconds=60) as child:
        yield child


def load(child: Child, source: str, function: str = "f", **modules: str) -> Reply:
    """Load modules of the course's package; `source` is the one that holds the function."""
    sources = {"m": source, **modules}
    return child.ask(
        {
            "load": {
                "entry": "m",
                "function": function,
                "modules": {
                    name: {"package": False, "chunks": [[f"{name}.py", textwrap.dedent(text)]]}
                    for name, text in sources.items()
                },
                "aliases": {},
                "absent": [],
                "packages": [],
            }
        },
        {},
        HANG_SECONDS,
    )


def call(child: Child, *values: Any, seconds: float = HANG_SECONDS) -> Reply:
    arrays: dict[str, np.ndarray] = {}

    def flat(value: Any, name: str) -> dict[str, Any]:
        if isinstance(value, list):
            return {"list": [flat(one, f"{name}/{k}") for k, one in enumerate(value)]}
        if isinstance(value, np.ndarray):
            arrays[name] = value
            return {"array": name}
        return {"value": value}

    return child.ask({"call": [flat(value, str(k)) for k, value in enumerate(values)]}, arrays, seconds)


def run(child: Child, source: str, *values: Any, seconds: float = HANG_SECONDS) -> Reply:
    assert load(child, source).head == {"loaded": True}
    return call(child, *values, seconds=seconds)


def refused(reply: Reply) -> bool:
    """Whether the system would not let a child do it, at the levels of isolation that hold it back so far."""
    return bool({"OSError", "RuntimeError"} & set(reply.head.get("raised", {}).get("kinds", ())))


def answer(reply: Reply) -> np.ndarray:
    assert reply.outcome == "said", reply
    assert list(reply.arrays) == ["answer"], reply.head
    return reply.arrays["answer"]


def alive(pid: int) -> bool:
    """Whether a process runs: one that has ended, and that nobody has waited for, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return not LINUX
    return state != "Z"


def gone(*pids: int) -> bool:
    """Whether they end, within the moment that the system needs for it."""
    for _ in range(500):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.02)
    return False


def offspring() -> set[int]:
    """Every process below this one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def scratch(child: Child) -> Path:
    return Path(run(child, "import os\ndef f():\n    print(os.getcwd())\n    return 0").output.strip())


# ---------------------------------------------------------------- calls and answers


def test_a_function_is_called_with_arrays_of_its_own(child: Child) -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    reply = run(child, "def f(x, k, how):\n    x += k\n    return x", x, 2, "same")
    assert answer(reply).tolist() == (x + 2).tolist()
    assert answer(reply).dtype == np.float32
    assert reply.head["changed"] == [0]
    assert x[0, 0] == 0
    assert answer(call(child, x, 5, "same")).tolist() == (x + 5).tolist()


def test_lists_of_arrays_numbers_and_words(child: Child) -> None:
    source = """
        def f(weights, stride, how, rate):
            assert type(weights) is list and type(stride) is int and type(how) is str and type(rate) is float
            assert all(w.flags.writeable for w in weights)
            return sum(w.sum() for w in weights) * stride
    """
    reply = run(child, source, [np.ones((2, 2), np.float32), np.ones(3, np.int32)], 2, "valid", 0.5)
    assert answer(reply).tolist() == 14
    assert reply.head["changed"] == []


def test_a_list_that_is_changed_is_noted(child: Child) -> None:
    source = "def f(weights, how):\n    exec(how)\n    return 1.0"
    assert load(child, source).head == {"loaded": True}
    for how in ("weights.append(1)", "weights[0] = 3", "weights[1][0] = 9", "weights.clear()", "weights.reverse()"):
        reply = call(child, [np.zeros(2, np.float32), np.ones(2, np.float32)], how)
        assert reply.head["changed"] == [0], how
    assert call(child, [np.zeros(2, np.float32)], "weights[0] + 1").head["changed"] == []


@pytest.mark.parametrize(
    ("expression", "kind", "dtype"),
    [
        ("x", "ndarray", "float32"),
        ("x.T", "ndarray", "float32"),
        ("x.astype('>f8')", "ndarray", "float64"),
        ("x.astype(np.float16)", "ndarray", "float16"),
        ("x.astype(np.longdouble)", "ndarray", "float64"),
        ("x.astype(np.longlong)", "ndarray", "int64"),
        ("x.astype(np.uint8)", "ndarray", "uint8"),
        ("x > 1", "ndarray", "bool"),
        ("x.sum()", "float32", "float32"),
        ("x[0, 0]", "float32", "float32"),
        ("3", "int", "int64"),
        ("3.5", "float", "float64"),
        ("True", "bool", "bool"),
        ("x.tolist()", "list", "float64"),
        ("[]", "list", "float64"),
        ("[x, x]", "list", "float32"),
        ("x[:0]", "ndarray", "float32"),
        ("np.matrix(x)", "matrix", "float32"),
        (
            "x.view(type('Mine', (np.ndarray,), {'tobytes': None, '__array_finalize__': lambda *a: None}))",
            "Mine",
            "float32",
        ),
    ],
)
def test_answers_that_are_taken(one_child: Child, expression: str, kind: str, dtype: str) -> None:
    reply = run(one_child, f"import numpy as np\ndef f(x):\n    return {expression}", np.ones((2, 3), np.float32))
    assert reply.head["answer"] == kind
    assert answer(reply).dtype == np.dtype(dtype)
    assert type(answer(reply)) is np.ndarray


@pytest.mark.parametrize(
    ("expression", "reason", "kind"),
    [
        ("None", "type", "NoneType"),
        ("'text'", "type", "str"),
        ("(x, x)", "type", "tuple"),
        ("{}", "type", "dict"),
        ("2j", "type", "complex"),
        ("f", "type", "function"),
        ("(n for n in x)", "type", "generator"),
        ("np.ma.masked_array(x)", "type", "MaskedArray"),
        ("type('X', (), {'__array__': lambda *a, **k: x, 'shape': (2, 3)})()", "type", "X"),
        ("[[1, 2], [3]]", "ragged", "list"),
        ("x.astype(complex)", "dtype", "ndarray"),
        ("x.astype(object)", "dtype", "ndarray"),
        ("x.astype(str)", "dtype", "ndarray"),
        ("np.array(['2020-01-01'], 'M8[D]')", "dtype", "ndarray"),
        ("np.zeros(2, [('a', 'f4')])", "dtype", "ndarray"),
        ("['a', 'b']", "dtype", "list"),
        ("[None]", "dtype", "list"),
        ("2 ** 100", "dtype", "int"),
        ("np.broadcast_to(np.float64(0), (3000, 3000))", "size", "ndarray"),
    ],
)
def test_answers_that_are_refused(one_child: Child, expression: str, reason: str, kind: str) -> None:
    reply = run(one_child, f"import numpy as np\ndef f(x):\n    return {expression}", np.ones((2, 3), np.float32))
    assert reply.outcome == "said"
    assert reply.arrays == {}
    assert (reply.head["refused"], reply.head["type"]) == (reason, kind)


@pytest.mark.parametrize(
    ("line", "type_name", "kind"),
    [
        ("1 / 0", "ZeroDivisionError", "ArithmeticError"),
        ("raise NotImplementedError", "NotImplementedError", "RuntimeError"),
        ("import sys; sys.exit(0)", "SystemExit", "BaseException"),
        ("quit()", "SystemExit", "BaseException"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "BaseException"),
        ("input('number? ')", "EOFError", "Exception"),
        ("f(x)", "RecursionError", "RuntimeError"),
        ("np.ones((1 << 40,))", "MemoryError", "Exception"),
        ("raise type('Mine', (BaseException,), {})('mine')", "Mine", "BaseException"),
        ("raise type('Bad', (Exception,), {'__str__': lambda self: 1 / 0})", "Bad", "Exception"),
        ("raise Exception('x' * 10_000_000)", "Exception", "Exception"),
        ("raise Exception('\\ud800')", "Exception", "Exception"),
        ("import nothing_of_this_name", "ModuleNotFoundError", "ImportError"),
    ],
)
def test_exceptions_are_told_with_the_learners_line(one_child: Child, line: str, type_name: str, kind: str) -> None:
    reply = run(one_child, f"import numpy as np\ndef f(x):\n    {line}\n    return x", np.ones(2, np.float32))
    raised = reply.head["raised"]
    assert raised["type"] == type_name
    assert kind in raised["kinds"]
    assert raised["frames"][0] == ["m.py", 3, "f"]
    assert len(raised["message"]) < 3000
    assert len(raised["frames"]) <= 10
    assert call(one_child, np.ones(2, np.float32)).head["raised"]["type"] == type_name, "the child goes on"


def test_loading_can_fail_in_every_way(player: Player) -> None:
    for source, kind in [
        ("def f(:", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("x = 1", "AttributeError"),
        ("input()", "EOFError"),
        ("from numpy import nothing_of_this_name", "ImportError"),
    ]:
        with player.child(60) as child:
            assert load(child, source).head["raised"]["type"] == kind
    with player.child(60) as child:
        assert load(child, "f = 3").head == {"not_callable": "int"}


def test_a_large_source_can_be_loaded(child: Child) -> None:
    text = "x = '''" + '\n\\n"' * 800_000 + "'''\n"
    assert load(child, text + "def f(x):\n    return x").head == {"loaded": True}
    assert answer(call(child, np.ones(2))).tolist() == [1, 1]


def test_a_learner_may_have_files_called_as_the_graders_own(child: Child) -> None:
    source = "import wire, limits\ndef f(x):\n    return x + wire.ONE + limits.TWO"
    assert load(child, source, wire="ONE = 1", limits="TWO = 2").head == {"loaded": True}
    assert answer(call(child, 0.0)).tolist() == 3


def test_warnings_are_told(child: Child) -> None:
    source = """
        import warnings
        import numpy as np
        def f(x):
            for k in range(20):
                warnings.warn(f"look {k}")
            return np.exp(x)
    """
    reply = run(child, source, np.array([1e30]))
    assert np.isinf(answer(reply)).all()
    assert reply.head["threads"] == 0
    assert [one["text"] for one in reply.head["warnings"]] == [f"look {k}" for k in range(5)]
    assert reply.head["warnings"][0] == {"text": "look 0", "file": "m.py", "line": 6}


def test_threads_are_told(child: Child) -> None:
    source = """
        import threading, time
        def f(x):
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            return x
    """
    reply = run(child, source, 1.0)
    assert refused(reply) or reply.head["threads"] == 1


def test_children_do_not_share_random_numbers(player: Player) -> None:
    drawn = []
    for _ in range(2):
        with player.child(60) as child:
            source = "import random\nimport numpy as np\ndef f():\n    return [np.random.rand(), random.random()]"
            drawn += answer(run(child, source)).tolist()
    assert len(set(drawn)) == 4


# ---------------------------------------------------------------- ends of all kinds


def test_an_endless_loop_is_killed_and_the_next_child_works(player: Player) -> None:
    for body in ("pass", "try:\n            f(x)\n        except BaseException:\n            pass"):
        with player.child(60) as child:
            reply = run(child, f"def f(x):\n    while True:\n        {body}", 1.0, seconds=SHORT)
            assert reply.outcome == "timeout"
            assert reply.seconds >= SHORT
            assert reply.arrays == {}
            assert call(child, 1.0).outcome == "died", "an ended child stays so"
    with player.child(60) as child:
        assert answer(run(child, "def f(x):\n    return x", 1.0)).tolist() == 1


def test_sleeping_and_waiting_count_too(child: Child) -> None:
    assert run(child, "import time\ndef f():\n    time.sleep(1000)", seconds=SHORT).outcome == "timeout"


@posix
def test_a_child_that_ignores_every_signal_is_killed(child: Child) -> None:
    source = """
        import signal
        def f():
            for one in signal.valid_signals():
                try:
                    signal.signal(one, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            while True:
                pass
    """
    assert run(child, source, seconds=SHORT).outcome == "timeout"


@pytest.mark.parametrize("status", [0, 1, 7, 255])
def test_an_exit_status_is_told(child: Child, status: int) -> None:
    reply = run(child, f"import os\ndef f():\n    os._exit({status})")
    assert (reply.outcome, reply.status) == ("died", status)
    assert reply.arrays == {}


@posix
@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("ctypes.string_at(0)", "SIGSEGV"),
        ("os.abort()", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("os.killpg(0, signal.SIGTERM)", "SIGTERM"),
    ],
)
def test_a_signal_is_told(child: Child, line: str, number: str) -> None:
    reply = run(child, f"import ctypes, os, signal\ndef f():\n    {line}")
    assert refused(reply) or (reply.outcome, reply.status) == ("died", -getattr(signal, number))


@posix
def test_processor_time_has_a_limit_of_its_own(player: Player) -> None:
    source = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\ndef f():\n    while True:\n        pass"
    with player.child(cpu_seconds=1) as child:
        reply = run(child, source)
        assert (reply.outcome, reply.status) == ("died", -signal.SIGKILL)


@posix
def test_closing_every_descriptor_is_an_end(child: Child) -> None:
    reply = run(child, "import os\ndef f():\n    os.closerange(0, 256)\n    return 1.0")
    assert reply.outcome == "died"


def test_a_child_that_dies_while_loading(child: Child) -> None:
    assert load(child, "import os\nos._exit(3)").status == 3


def test_memory_has_a_limit(child: Child) -> None:
    if "memory limit" not in child.layers():
        pytest.skip("this system does not limit memory")
    source = """
        import numpy as np
        kept = []
        def f():
            while True:
                kept.append(np.ones(1 << 26))
    """
    reply = run(child, source)
    assert reply.outcome == "died" or reply.head["raised"]["type"] == "MemoryError"


# ---------------------------------------------------------------- bytes on the channel

CHANNEL = """
    import os, stat
    def channel():
        for number in range(3, 256):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    return number
            except OSError:
                pass
"""


def forging(body: str) -> str:
    return textwrap.dedent(CHANNEL) + "def f(x):\n" + textwrap.indent(textwrap.dedent(body), "    ")


@posix
@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 64,
        b"\x00" * 64,
        b"HTTP/1.1 200 OK\r\n\r\n",
        wire.LENGTHS.pack(2, 0) + b"[]",
        wire.LENGTHS.pack(2, 8) + b"{}" + b"\x00" * 8,
        wire.LENGTHS.pack(1 << 20, 0),
        wire.LENGTHS.pack(0, 1 << 31),
        wire.LENGTHS.pack(2, 66)
        + b"{}"
        + struct.pack("<Q", 58)
        + b'{"a":{"dtype":"F32","shape":[0,9223372036854775807],"x":1}}'[:58],
    ],
)
def test_bytes_that_are_no_answer_end_the_child(child: Child, data: bytes) -> None:
    reply = run(child, forging(f"os.write(channel(), {data!r})\nreturn x"), 1.0)
    assert reply.outcome == "misbehaved"
    assert reply.reason
    assert call(child, 1.0).outcome == "died"


@posix
def test_a_shape_that_numpy_cannot_hold_does_not_reach_the_grader(child: Child) -> None:
    head = b'{"answer":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}'
    body = struct.pack("<Q", len(head)) + head
    data = wire.LENGTHS.pack(2, len(body)) + b"{}" + body
    reply = run(child, forging(f"os.write(channel(), {data!r})\nreturn x"), 1.0)
    assert reply.outcome == "misbehaved"


@posix
def test_an_answer_too_many_is_found_before_the_next_question(child: Child) -> None:
    forged = wire.encode({"answer": "ndarray"}, {"answer": np.array([42.0])})
    reply = run(child, forging(f"os.write(channel(), {forged!r})\nreturn x"), 1.0)
    assert answer(reply).tolist() == [42], "it speaks for itself, and for this question only"
    for _ in range(500):  # the second answer may still be on its way
        time.sleep(0.01)
        if child._channel.recv(1 << 16, socket.MSG_PEEK):
            break
    reply = call(child, 1.0)
    assert reply.outcome == "misbehaved"
    assert "unasked" in reply.reason


@posix
def test_half_an_answer_runs_into_the_time_limit(child: Child) -> None:
    reply = run(child, forging("import time\nos.write(channel(), b'\\x02')\ntime.sleep(1000)"), 1.0, seconds=SHORT)
    assert reply.outcome == "timeout"


@posix
def test_an_answer_a_byte_at_a_time_has_one_deadline(child: Child) -> None:
    data = wire.LENGTHS.pack(200_000, 0)
    body = (
        f"import time\nos.write(channel(), {data!r})\nwhile True:\n    os.write(channel(), b' ')\n    time.sleep(0.1)"
    )
    assert run(child, forging(body), 1.0, seconds=SHORT).outcome == "timeout"


@posix
def test_a_closed_channel_is_an_end(child: Child) -> None:
    assert run(child, forging("os.close(channel())\nreturn x"), 1.0).outcome == "died"


# ---------------------------------------------------------------- what is printed


def test_output_is_kept_apart_for_each_call(child: Child) -> None:
    reply = load(child, "import sys\nprint('loading')\ndef f(x):\n    print('x is', x)\n    return x")
    assert reply.output == "loading\n"
    assert call(child, 1).output == "x is 1\n"
    assert call(child, 2).output == "x is 2\n"


def test_every_way_to_print_is_captured(child: Child) -> None:
    source = """
        import os, sys
        def f():
            print("a", flush=True)
            print("행렬 \\ud800", file=sys.stderr)
            sys.stdout.write("no newline")
            sys.stdout.flush()
            os.write(1, b"\\nby descriptor \\xff\\x00\\n")
            os.write(2, b"and 2\\n")
            os.system("echo from a shell")
            return 0
    """
    reply = run(child, source)
    assert reply.outcome == "said"
    assert reply.dropped == 0
    expected = "a\n행렬 \\ud800\nno newline\n"
    if os.name == "posix":
        expected += "by descriptor \ufffd\x00\nand 2\n"
    assert reply.output in (expected, expected + "from a shell\n"), "a child that is sealed has no shell"


def test_much_output_is_cut_and_counted(child: Child) -> None:
    reply = run(child, "def f(x):\n    print('행' * 3_333_333)\n    return x", 1.0)
    assert answer(reply).tolist() == 1
    assert len(reply.output.encode()) <= MAX_OUTPUT + 3
    assert set(reply.output) <= {"행", "\ufffd"}
    assert reply.dropped == 10_000_000 - MAX_OUTPUT
    assert call(child, 2.0).dropped == 10_000_000 - MAX_OUTPUT


def test_printing_without_end_is_a_timeout(child: Child) -> None:
    reply = run(child, "def f():\n    while True:\n        print('x' * 10_000)", seconds=SHORT)
    assert reply.outcome == "timeout"
    assert len(reply.output) <= MAX_OUTPUT
    assert reply.dropped > 0


@pytest.mark.parametrize(
    "body",
    [
        "sys.stdout.close(); sys.stderr.close()",
        "sys.stdout = sys.stderr = None",
        "sys.stdout = 3",
        "os.close(1); os.close(2)",
        "sys.stdin.close()",
    ],
)
def test_closed_streams_do_not_stop_an_answer(child: Child, body: str) -> None:
    if os.name != "posix" and "os.close" in body:
        pytest.skip("the output is no descriptor here")
    source = f"import os, sys\ndef f(x):\n    {body}\n    return x"
    assert answer(run(child, source, 1.0)).tolist() == 1


def test_what_is_printed_before_a_crash_is_kept(child: Child) -> None:
    reply = run(child, "import os\ndef f():\n    print('so far', flush=True)\n    os._exit(1)")
    assert (reply.outcome, reply.output) == ("died", "so far\n")


# ---------------------------------------------------------------- what a child can see


def test_a_child_holds_nothing_of_the_grader(child: Child) -> None:
    source = """
        import gc, sys, types
        def f():
            modules = [one for one in gc.get_objects() if isinstance(one, types.ModuleType)]
            modules += list(sys.modules.values())
            for path in sorted({str(getattr(one, "__file__", None)) for one in modules}):
                print("FILE", path)
            for name in sorted(sys.modules):
                print("NAME", name)
            for one in gc.get_objects():
                if isinstance(one, types.FunctionType):
                    print("CODE", one.__code__.co_filename)
            return 0
    """
    lines = run(child, source).output.splitlines()
    assert len(lines) > 100
    files = {Path(line[5:]).name for line in lines if line[5:].startswith(str(GRADER))}
    assert files <= {"worker.py", *(f"{name}.py" for name in ONLY_CHILDREN["worker"])}
    assert "worker.py" in files
    names = {line[5:].partition(".")[0] for line in lines if line.startswith("NAME")}
    assert not names & {"grader", "solutions", *ONLY_CHILDREN["worker"], "numba", "pytest", "click", "rich"}


@pytest.mark.parametrize("preload", [True, False])
def test_the_environment_holds_no_secret(monkeypatch: pytest.MonkeyPatch, preload: bool) -> None:
    secrets = ("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "ACTIONS_RUNTIME_TOKEN", "PYTHONPATH", "SSH_AUTH_SOCK", "OTHER")
    for name in secrets:
        monkeypatch.setenv(name, "secret-canary")
    monkeypatch.setenv("TZ", "UTC")
    if preload and not hasattr(os, "fork"):
        pytest.skip("processes cannot fork here")
    source = """
        import os
        def f():
            for name in sorted(os.environ):
                print(name, os.environ[name])
            for pid in ("self", os.getppid()):
                try:
                    with open(f"/proc/{pid}/environ", "rb") as file:
                        print(PARENT if pid != "self" else "", file.read())
                except OSError:
                    pass
            return 0
    """
    # The parent of a preloaded child is the preloaded process; that of a fresh one is the grader itself.
    with Player(preload) as player, player.child(60) as child:
        text = run(child, textwrap.dedent(source).replace("PARENT if", "'' if" if preload else "'PARENT' if")).output
    own = "\n".join(line for line in text.splitlines() if not line.startswith("PARENT"))
    assert "secret-canary" not in own
    assert not [name for name in secrets if re.search(rf"\b{name}\b", own)]
    assert "TZ UTC" in own
    assert "MPLBACKEND agg" in own


def test_the_environment_keeps_a_back_end_for_plots_and_one_thread() -> None:
    kept = limits.environment({"MPLBACKEND": "svg", "LANG": "ko_KR.UTF-8", "SECRET": "x", "PATH": "/bin"}, "/scratch")
    assert kept["MPLBACKEND"] == "svg"
    assert kept["LANG"] == "ko_KR.UTF-8"
    assert kept["OMP_NUM_THREADS"] == kept["OPENBLAS_NUM_THREADS"] == "1"
    assert kept["HOME"] == kept["TMPDIR"] == kept["NUMBA_CACHE_DIR"] == "/scratch"
    assert not {"SECRET", "PATH"} & kept.keys()


@linux
def test_a_child_has_the_descriptors_it_needs_and_no_others(child: Child) -> None:
    source = """
        import os, stat
        def f():
            found = []
            for number in range(256):
                try:
                    mode = os.fstat(number).st_mode
                except OSError:
                    continue
                found.append([number, stat.S_ISCHR(mode), stat.S_ISSOCK(mode)])
            return found
    """
    found = {int(number): (bool(device), bool(sock)) for number, device, sock in answer(run(child, source))}
    assert found[0] == (True, False)
    assert found[1] == found[2] == (False, True)
    assert [kind for number, kind in found.items() if number > 2].count((False, True)) == 1, "the channel alone"
    assert all(device or sock for device, sock in found.values())


def test_layers_are_told_before_anything_runs(child: Child) -> None:
    layers = child.layers()
    if LINUX:
        assert {"memory limit", "processor time limit", "no new privileges", "ends with its parent"} <= set(layers)
        assert limits.level(layers) in ("limits", "confined", "sealed")
    assert limits.level([]) == "none"


def test_a_child_that_cannot_say_its_layers_is_the_graders_fault(child: Child) -> None:
    child.end()
    with pytest.raises(PlayerError, match="could not be started"):
        child.layers()


# ---------------------------------------------------------------- nothing is left


@linux
def test_many_children_leave_no_descriptor_and_no_process(player: Player) -> None:
    with player.child(60) as child:
        run(child, "def f(x):\n    return x", 1.0)
    open_before, running_before = len(os.listdir("/proc/self/fd")), offspring()
    for k in range(50 if player._preloaded is not None else 6):
        with player.child(60) as child:
            if k % 3 == 0:
                run(child, "import os\ndef f():\n    os._exit(0)")
            elif k % 3 == 1:
                load(child, "def f(:")
            else:
                answer(run(child, "def f(x):\n    return x", 1.0))
    assert len(os.listdir("/proc/self/fd")) == open_before
    assert offspring() <= running_before


@linux
def test_two_children_at_once_do_not_hold_each_others_channels(player: Player) -> None:
    with player.child(60) as one, player.child(60) as other:
        echo = "import os\ndef f(x):\n    return [x, os.getpid()]"
        first, second = answer(run(one, echo, 1.0)), answer(run(other, echo, 2.0))
        one.end()
        assert gone(int(first[1]))
        assert answer(call(other, 3.0)).tolist() == [3, second[1]], "the one's end is not the other's"


def test_the_scratch_folder_is_removed_with_what_is_in_it(player: Player) -> None:
    with player.child(60) as child:
        folder = scratch(child)
        assert folder == child.folder
        source = """
            import os
            def f():
                for k in range(2000):
                    os.mkdir("deep")
                    os.chdir("deep")
                with open("file", "w") as file:
                    file.write("x")
                os.symlink("/", "link")
                return 0.0
        """
        reply = run(child, source)
        assert refused(reply) or answer(reply) == 0
        assert folder.is_dir()
    assert not folder.exists()
    assert folder.parent.is_dir()
    player.close()
    assert not folder.parent.exists()


@linux
@pytest.mark.parametrize("how", ["answer", "exit", "loop"])
def test_processes_that_moved_away_are_ended_too(tmp_path: Path, how: str) -> None:
    source = """
        import os, time
        def f(path, how):
            for k in range(3):
                try:
                    pid = os.fork()
                except OSError:
                    return -1.0
                if pid == 0:
                    os.setsid()
                    if os.fork() == 0:
                        with open(f"{path}/{os.getpid()}", "w") as file:
                            file.write("here")
                        while True:
                            time.sleep(1000)
                    os._exit(0) if k else time.sleep(1000)
            while len(os.listdir(path)) < 3:
                time.sleep(0.01)
            if how == "exit":
                os._exit(0)
            while how == "loop":
                pass
            return 1.0
    """
    with Player(preload=True) as player:
        with player.child(60) as child:
            assert load(child, source).head == {"loaded": True}
            reply = call(child, str(tmp_path), how, seconds=HANG_SECONDS if how == "answer" else 4)
            if reply.arrays and answer(reply) == -1:
                return  # a child that is sealed has no processes
            # While one of them holds the channel, it is not known that the child itself has ended.
            assert reply.outcome == ("said" if how == "answer" else "timeout")
        pids = [int(path.name) for path in tmp_path.iterdir()]
        assert len(pids) == 3
        assert gone(*pids)
        with player.child(60) as child:
            assert answer(run(child, "def f(x):\n    return x", 1.0)).tolist() == 1


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.3])
@pytest.mark.parametrize("preload", [pytest.param(True, marks=linux), False])
def test_a_proof_that_is_under_way_ends_with_the_player(preload: bool, seconds: float) -> None:
    before = set(threading.enumerate())
    with Player(preload) as player:
        player.prove()
        time.sleep(seconds)
    assert set(threading.enumerate()) <= before
    assert player._scratch is None or not player._scratch.exists()
    with pytest.raises(PlayerError, match="stopped"):
        player.child(60)


def test_layers_are_found_once_whoever_asks(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    proven = player._proven
    monkeypatch.setattr(player, "_proven", lambda: asked.append(proven()) or asked[-1])
    player.prove()
    assert player.layers() == player.layers() == asked[0]
    assert len(asked) == 1


@posix
def test_processes_in_the_childs_group_are_ended(player: Player, tmp_path: Path) -> None:
    source = """
        import os, time
        def f(path):
            try:
                pid = os.fork()
            except OSError:
                return -1.0
            if pid == 0:
                time.sleep(1000)
            return float(pid)
    """
    with player.child(60) as child:
        pid = int(answer(run(child, source, str(tmp_path))))
    assert pid == -1 or gone(pid)


@linux
def test_a_preloaded_process_that_is_killed_is_told_and_replaced() -> None:
    with Player(preload=True) as player:
        with player.child(60) as child:
            pid = int(answer(run(child, "import os\ndef f():\n    return os.getppid()")))
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(3):
            with pytest.raises(PlayerError, match="The process that runs submissions"):
                player.child(60)
        assert len(os.listdir("/proc/self/fd")) == before
        player.restart(0)
        with player.child(60) as child:
            assert answer(run(child, "def f(x):\n    return x", 1.0)).tolist() == 1


@linux
def test_a_preloaded_process_that_is_killed_under_a_child_takes_it_along() -> None:
    source = """
        import os
        def f():
            try:
                os.kill(os.getppid(), 9)
            except OSError:
                return 0.0
            while True:
                pass
    """
    with Player(preload=True) as player:
        before = len(os.listdir("/proc/self/fd"))
        child = player.child(60)
        assert load(child, source).head == {"loaded": True}
        try:
            assert answer(call(child)) == 0, "a child that is sealed cannot kill"
            child.close()
        except PlayerError:
            with pytest.raises(PlayerError):
                child.close()
        assert len(os.listdir("/proc/self/fd")) == before
        player.restart(0)
        with player.child(60) as child:
            assert answer(run(child, "def f(x):\n    return x", 1.0)).tolist() == 1


def test_a_child_may_throw_away_all_folders(player: Player) -> None:
    for _ in range(2):
        with player.child(60) as child:
            source = "import os, shutil\ndef f(x):\n    shutil.rmtree(os.path.dirname(os.getcwd()))\n    return x"
            reply = run(child, source, 1.0)
            assert refused(reply) or answer(reply).tolist() == 1


def test_a_python_that_cannot_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(PlayerError, match="Python could not be started"):
        Player(preload=True)
    assert list(tmp_path.iterdir()) == []
    with Player(preload=False) as player, pytest.raises(PlayerError, match="Python could not be started"):
        player.child(60)
    assert list(tmp_path.iterdir()) == []


def test_closing_twice_is_no_harm(player: Player) -> None:
    with player.child(60) as child:
        run(child, "def f(x):\n    return x", 1.0)
        child.close()
    player.close()


# ---------------------------------------------------------------- when the parent goes

PARENT = """
import sys
from grader.player import Player
source = '''
import os
def f(how):
    while how == "loop":
        pass
    return [os.getpid(), os.getppid()]
'''
load = {"entry": "m", "function": "f", "modules": {"m": {"package": False, "chunks": [["m.py", source]]}},
        "aliases": {}, "absent": [], "packages": []}
with Player(preload=sys.argv[1] == "preloaded") as player, player.child(600) as child:
    child.ask({"load": load}, {}, 60)
    pids = child.ask({"call": [{"value": "pids"}]}, {}, 60).arrays["answer"].tolist()
    print(*pids, player._folder(), flush=True)
    child.ask({"call": [{"value": "loop"}]}, {}, 600)
"""


@pytest.fixture(name="parent")
def _parent(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(kind: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PARENT, kind],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(GRADER.parent)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@linux
@pytest.mark.parametrize("kind", ["preloaded", "fresh"])
def test_a_parent_that_is_killed_leaves_no_child(parent: Callable[[str], subprocess.Popen[str]], kind: str) -> None:
    process = parent(kind)
    assert process.stdout is not None
    child, its_parent, _ = process.stdout.readline().split()
    pids = [int(child)] + ([int(its_parent)] if kind == "preloaded" else [])
    assert all(map(alive, pids))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gone(*pids)


@posix
@pytest.mark.parametrize("kind", ["preloaded", "fresh"])
def test_an_interrupted_parent_leaves_nothing(parent: Callable[[str], subprocess.Popen[str]], kind: str) -> None:
    process = parent(kind)
    assert process.stdout is not None
    child, its_parent, folder = process.stdout.readline().split()
    assert Path(folder).is_dir()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=HANG_SECONDS)
    assert "KeyboardInterrupt" in errors
    assert gone(int(child), *([int(its_parent)] if kind == "preloaded" else []))
    assert not Path(folder).exists()
