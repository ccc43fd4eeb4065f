"""Attacks on the grader, each run through the real `grade` command at every level of isolation.

An attack is a file in `attacks/`, written by somebody who has read all of the grader and knows every path (names such
as @course@ stand for them). It is handed in for an exercise of its own name, "x + 0.8125", and gives the right answer
only once it has got what it was after: points are the proof that it succeeded. Its docstring says what must come of it,
so that what SECURITY.md promises at each level is tested there:

    Expected: no points            at every level, unless a line below says otherwise
    At calls, limits: full marks   at these

Verdicts: "no points", "some points", "full marks"; "either" where it depends on the system and nothing is promised.
Levels: isolated, sealed; files and calls, the two halves of "confined"; limits; none. A lower level is had by running a
copy of the grader in which a layer's function does nothing: the product has no switch for it.
"""

from __future__ import annotations

import ast
import functools
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import toy
from test_odd_submissions import CANARY, no_process_left, strict
from without import grader_without

from grader.course import Course
from grader.key import Key

ROOT = Path(__file__).resolve().parents[1]
ATTACKS = Path(__file__).with_name("attacks")
VERDICTS = ("no points", "some points", "full marks", "either")
HANG_SECONDS = 300  # no bound on how long grading takes: only a run that never ends is ended

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the attacks are written for Linux")


# ---------------------------------------------------------------- levels

TAKEN_OUT: dict[str, tuple[str, ...]] = {
    "isolated": (),
    "sealed": ("namespaces",),
    "files": ("namespaces", "seccomp"),
    "calls": ("namespaces", "landlock"),
    "limits": ("namespaces", "landlock", "seccomp"),
    "none": ("namespaces", "landlock", "seccomp", "limits"),
}
REPORTED = {"files": "confined", "calls": "confined"}
CONFINES_FILES = ("isolated", "sealed", "files")


# ---------------------------------------------------------------- attacks


@dataclass(frozen=True)
class Attack:
    """A file of `attacks/`, and what its docstring expects at each level."""

    name: str
    source: str
    expected: dict[str, str]


def read(path: Path) -> Attack:
    source = path.read_text(encoding="utf-8")
    doc = ast.get_docstring(ast.parse(source)) or ""
    expected: dict[str, str] = {}
    for levels, verdict in re.findall(r"^(?:Expected|At ([a-z, ]+)): (.*)$", doc, re.MULTILINE):
        assert verdict in VERDICTS, (path.name, verdict)
        expected |= dict.fromkeys(levels.split(", ") if levels else TAKEN_OUT, verdict)
    assert set(expected) == set(TAKEN_OUT), path.name
    return Attack(path.stem, source, expected)


@functools.cache
def attacks() -> list[Attack]:
    return [read(path) for path in sorted(ATTACKS.glob("*.py"))]


HONEST = [Attack(name, "", dict.fromkeys(TAKEN_OUT, "full marks")) for name in ("a_honest", "honest", "z_honest")]
PAGE = '''"""Each number and 0.8125 more, which nothing is by chance."""

import numpy as np

from grader import exercise, uniform


@exercise(points=1, order={order}, x=uniform("N"), returns="N")
def {name}(x):
    """Twice each number, y[n] = 2 x[n]."""
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = x[n] + 0.8125
    return y


@{name}.tensorflow
def says(x):
    import tensorflow as tf

    return tf.add(x, np.float32(0.8125))


{name}.telling(x=[1, -2])
'''


# ---------------------------------------------------------------- the place where it happens


@dataclass(frozen=True)
class Place:
    """A course of attacks, a class, a home with secrets, a cache, and servers that listen."""

    root: Path
    grader: Path
    values: dict[str, str]

    def fill_in(self, attack: Attack) -> str:
        """The attack's source with the names of this place."""
        values = {**self.values, "victim": str(self.victim(attack.name))}
        return re.sub(r"@(\w+)@", lambda match: values.get(match[1], match[0]), attack.source)

    def victim(self, name: str) -> Path:
        return self.root / "home" / "victims" / name / "file.txt"


def lay_out(root: Path, all_attacks: list[Attack]) -> None:
    for order, attack in enumerate(all_attacks, 1):
        put(root / "course/solutions/c1_attacks" / f"{attack.name}.py", PAGE.format(name=attack.name, order=order))
        put(root / "home/victims" / attack.name / "file.txt", CANARY)
    put(root / "course/exercises/README.md", "")
    put(root / "class/neighbour/answers.py", "def neighbours(x):\n    return x + 0.8125\n")
    put(root / "home/.ssh/id_ed25519", CANARY)
    (root / "tmp").mkdir()


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@contextmanager
def place(layers: tuple[str, ...], root: Path, all_attacks: list[Attack]) -> Iterator[Place]:
    lay_out(root, all_attacks)
    grader = grader_without(layers, root / "grader-copy") if layers else ROOT
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="attack-"))  # a socket's path must be short
        names = [f"{folder}/docker.sock", f"\0{folder}/docker.sock"]
        for name in names:
            unix = stack.enter_context(socket.socket(socket.AF_UNIX))
            unix.bind(name)
            unix.listen()
        values = {
            "course": root / "course",
            "home": root / "home",
            "cache": root / "cache",
            "neighbour": root / "class/neighbour",
            "report": root / "report.json",
            "grader": grader / "grader",
            "port": server.getsockname()[1],
            "socket": names[0],
            "run": os.path.basename(folder),
        }
        try:
            yield Place(root, grader, {key: str(value) for key, value in values.items()})
        finally:
            for left in ("/tmp", "/var/tmp", "/dev/shm"):
                Path(left, f"left-{values['run']}").unlink(missing_ok=True)


def grade(
    here: Place, handed_in: list[Attack], seed: int = 20261, handed_in_as: Path | None = None
) -> tuple[int, dict[str, Any]]:
    """Hand the attacks in, all in one folder; exit status and report. What must hold of every run is checked here."""
    folder = here.root / "class/mine"
    shutil.rmtree(folder, ignore_errors=True)
    for attack in handed_in:
        source = here.fill_in(attack) if attack.source else f"def {attack.name}(x):\n    return x + 0.8125\n"
        put(folder / f"{attack.name}.py", source)
    command = [sys.executable, "-P", "-m", "grader", *(attack.name for attack in handed_in)]
    command += ["--from", str(handed_in_as or folder)]
    command += [
        "--course",
        str(here.root / "course"),
        "--seed",
        str(seed),
        "--cases",
        "3",
        "--timeout",
        "1",
        "--unsafe",
    ]
    command += ["--json", str(here.root / "report.json"), "--junit", str(here.root / "report.xml")]
    command += ["--markdown", str(here.root / "report.md")]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_", "CI"))}
    environment = {
        **kept,
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(here.root / "tmp")),
        "PYTHONPATH": os.pathsep.join([str(tensorflow(here.root)), str(here.grader)]),
        "GRADER_CACHE_DIR": str(here.root / "cache"),
        "HOME": str(here.root / "home"),
        "ATTACK_TOKEN": CANARY,
    }
    with no_process_left():
        done = subprocess.run(
            command,
            cwd=here.root / "class",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=HANG_SECONDS,
            check=False,
        )
    shown = [done.stdout.decode("utf-8"), done.stderr.decode("utf-8")]
    shown += [(here.root / f"report.{kind}").read_text(encoding="utf-8") for kind in ("json", "xml", "md")]
    for text in shown:
        assert CANARY not in text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "Traceback" not in shown[1], shown[1]
    assert list((here.root / "tmp").iterdir()) == [], "temporary files are left"
    return done.returncode, strict(shown[2])


def tensorflow(root: Path) -> Path:
    return toy.write_tensorflow(root / "packages")


def verdict(exercise: dict[str, Any]) -> str:
    passed, total = exercise["cases"]["passed"], exercise["cases"]["total"]
    assert total >= 3
    assert exercise["score"] == exercise["points"] * passed / total
    return "no points" if not passed else "full marks" if passed == total else "some points"


# ---------------------------------------------------------------- tests


def test_there_are_enough_attacks_and_each_names_what_it_does() -> None:
    assert len(attacks()) >= 60
    for attack in attacks():
        doc = ast.get_docstring(ast.parse(attack.source)) or ""
        assert len(doc.partition("\n")[0]) > 20, attack.name
        assert attack.expected["sealed"] == attack.expected["isolated"] != "either", attack.name


@pytest.mark.parametrize("level", TAKEN_OUT)
def test_every_attack_gets_what_its_docstring_says(level: str, tmp_path: Path) -> None:
    half = len(attacks()) // 2  # in this order: what is left behind comes before what looks for it
    everything = [HONEST[0], *attacks()[:half], HONEST[1], *attacks()[half:], HONEST[2]]
    with place(TAKEN_OUT[level], tmp_path, everything) as here:
        status, first = grade(here, [HONEST[0]])
        reached = first["environment"]["isolation"]["level"]
        if reached != REPORTED.get(level, level):
            pytest.skip(f'this machine reaches "{reached}"')
        assert status == 0
        build_key(here, everything)
        before = canaries(here)
        status, report = grade(here, everything)
        surprises = unexpected(level, everything, report)
        assert not surprises, "\n".join(surprises)
        # Where signals and memory are open, an attack can end the process that runs it: a fault of ours, and said so.
        assert status == 1 or (status == 3 and level in ("limits", "none"))
        for attack in everything:
            if attack.name.startswith(("fool_", "wire_")):  # whose code would run in the grader
                assert here.victim(attack.name).read_text() == CANARY
        if level in CONFINES_FILES:
            after = canaries(here)
            if level == "files":  # which leaves modes and times open, as the attack `write_modes` shows
                before, after = ({name: one[:1] for name, one in both.items()} for both in (before, after))
            assert after == before
        # Another submission, later: what the first one left must not help it.
        finder = [attack for attack in attacks() if attack.name == "state_b_finds"]
        _, later = grade(here, finder, seed=20262)
        assert not unexpected(level, finder, later)


def unexpected(level: str, handed_in: list[Attack], report: dict[str, Any]) -> list[str]:
    """The attacks that got something else than they say, for whoever reads this test's failure."""
    surprises = []
    for attack, one in zip(handed_in, report["exercises"], strict=True):
        assert one["name"] == attack.name
        if attack.expected[level] not in ("either", verdict(one)):
            told = one["failure"]["message"][-300:] if one["failure"] else ""
            surprises.append(f"{attack.name}: {attack.expected[level]}, got {verdict(one)} ({one['status']}) {told}")
    return surprises


def build_key(here: Place, handed_in: list[Attack]) -> None:
    """Have the key built, so that what is compared before and after a run does not change by it."""
    stubs = [Attack(attack.name, f"def {attack.name}(x):\n    pass\n", {}) for attack in handed_in]
    grade(here, stubs)


def canaries(here: Place) -> dict[str, tuple[Any, ...]]:
    """Every file that no attack may change: its bytes, mode and time of change."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for name in ("course", "home", "class/neighbour", "cache")
        for path in (here.root / name).rglob("*")
        if path.is_file()
    }


def named(*names: str) -> list[Attack]:
    return [attack for attack in attacks() if attack.name in names]


LEFT_OPEN = {
    "calls": {"read_solutions", "read_key"},
    "limits": {"signal_parent", "signal_group", "network_out"},
}
"""What a layer that is taken out lets through: the proof that these tests can fail."""


@pytest.mark.parametrize("level", LEFT_OPEN)
def test_without_their_layer_the_attacks_that_matter_most_succeed(level: str) -> None:
    for attack in named(*LEFT_OPEN[level]):
        assert (attack.expected["sealed"], attack.expected[level]) == ("no points", "full marks")


BELIEVING = """

_checked = unpack


def unpack(data, *given, **named):
    import pickle

    return pickle.loads(data) or {} if data[:1] == b"\\x80" else _checked(data, *given, **named)
"""


def test_where_the_wire_is_believed_a_message_runs_code_in_the_grader(tmp_path: Path) -> None:
    bombs = named("wire_pickle", "fool_dtype")
    for believing in (False, True):
        with place(("namespaces", "seccomp"), tmp_path / str(believing), bombs) as here:
            if believing:
                with open(here.grader / "grader" / "wire.py", "a", encoding="utf-8") as file:
                    file.write(BELIEVING)
            grade(here, bombs)
            assert (here.victim("wire_pickle").read_text() == "") is believing
            assert here.victim("fool_dtype").read_text() == CANARY


def test_a_table_of_answers_is_of_use_at_its_own_seed_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (attack,) = named("hard_coded")
    with place((), tmp_path, [attack]) as here:
        grade(here, [attack], seed=0)
        monkeypatch.setenv("GRADER_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.syspath_prepend(str(tensorflow(tmp_path)))
        (part,) = Key(Course(tmp_path / "course"), 0, 3).parts(["hard_coded"])
        table = {case.inputs["x"].tobytes().hex(): case.truth.tolist() for case in part.cases}
        filled = replace(attack, source=attack.source.replace("@table@", json.dumps(table)))
        assert verdict(grade(here, [filled], seed=0)[1]["exercises"][0]) == "full marks"
        for seed in (1, 2):
            assert verdict(grade(here, [filled], seed=seed)[1]["exercises"][0]) != "full marks"


KILLER = """import os
import signal


def {name}(x):
    os.kill(os.getppid(), signal.SIGKILL)
    return 0 * x
"""


def test_where_nothing_holds_it_back_killing_our_process_is_said_to_be_a_fault(tmp_path: Path) -> None:
    """What is left at "limits": exit status 3 and a fault of ours, there and in the exercise beside; no wrong score."""
    killer = Attack("killer", KILLER.format(name="killer"), {})
    handed_in = [HONEST[0], killer, HONEST[2]]
    for layers, status, outcome in (((), 1, "error"), (TAKEN_OUT["limits"], 3, "grader_error")):
        with place(layers, tmp_path / str(status), handed_in) as here:
            ended, report = grade(here, handed_in)
            assert ended == status
            for attack, one in zip(handed_in, report["exercises"], strict=True):
                if attack is killer:
                    assert (verdict(one), one["status"]) == ("no points", outcome)
                else:  # beside it another may have been in the same process
                    assert verdict(one) == "full marks" or (one["status"] == outcome == "grader_error")


# ---------------------------------------------------------------- attacks on whoever reads them


def sources_that_take_long() -> dict[str, str]:
    """Texts on which a reader without care spends hours: blank lines, one word, code that compiles ever more slowly."""
    right = "\n\ndef {name}(x):\n    return x + 0.8125\n"
    fields = "f'" + "{1}" * 150_000 + "'"
    return {
        "blank": "\n" * 350_000 + right,
        "blank_broken": "\n" * 150_000 + right + "def (",
        "word": right.replace("return", "raise TypeError('x'); " + "a" * 350_000 + "; return"),
        "fields": f"x = {fields}\n" + right,
        "functions": "def f(): pass\n" * 30_000 + right,
        "brackets": "x = " + "(" * 20_000 + right,
        "operators": "x = " + "-" * 100_000 + "1" + right,
        "executed": right.replace("return", f"exec({fields[:60_000]!r}); return"),
    }


def test_no_source_stops_the_run(tmp_path: Path) -> None:
    texts = sources_that_take_long()
    handed_in = [
        HONEST[0],
        *(Attack(name, text.replace("{name}", name), {}) for name, text in texts.items()),
        HONEST[2],
    ]
    with place((), tmp_path, handed_in) as here:
        _, report = grade(here, handed_in)
        found = {one["name"]: one for one in report["exercises"]}
    assert all(verdict(found[one.name]) == "full marks" for one in (HONEST[0], HONEST[2]))
    assert verdict(found["blank"]) == "full marks"
    for name in ("fields", "functions"):
        assert "more than Python can read" in found[name]["failure"]["message"]


def archive_of(folder: Path, kind: str) -> Path:
    """A zip or tar archive that holds a right answer among all that should not be unpacked."""
    right = b"def honest(x):\n    return x + 0.8125\n"
    planted = b"def a_honest(x):\n    return x + 0.8125\n"
    names = [
        "../planted.py",
        "/tmp/planted.py",
        "a/../../planted.py",
        "x" * 60_000 + ".py",
        "new\nline.py",
        "a\u202eyp.py",
    ]
    names += ["C:\\planted.py", "\\\\host\\planted.py", "a" + "/d" * 5000 + "/planted.py", "::error::forged.py"]
    path = folder / f"handed_in.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that are there twice
            for name in names:
                archive.writestr(name, planted if "planted" in name else b"x = 1\n")
            for content in (b"def honest(x):\n    return 0 * x\n", right):
                archive.writestr("honest.py", content)
            archive.writestr("bomb.bin", bytes(100 << 20))
            archive.writestr("bomb.py", bytes(20 << 20))
            link = zipfile.ZipInfo("link.py")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
        return path
    with tarfile.open(path, "w") as archive:
        for name, content in [
            *((name, planted if "planted" in name else b"x = 1\n") for name in names),
            ("honest.py", right),
        ]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, type_ in (("link.py", tarfile.SYMTYPE), ("hard.py", tarfile.LNKTYPE), ("null.py", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = type_, "/etc/passwd"
            archive.addfile(info)
    return path


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_archives_that_lead_astray(kind: str, tmp_path: Path) -> None:
    with place((), tmp_path, HONEST[:2]) as here:
        packed = archive_of(tmp_path / "home", kind)
        before = canaries(here)
        _, report = grade(here, HONEST[:2], handed_in_as=packed)
        after = {name: one for name, one in canaries(here).items() if name in before}
    assert after == before
    assert not Path("/tmp/planted.py").exists()
    found = {one["name"]: one["status"] for one in report["exercises"]}
    assert found == {"a_honest": "missing", "honest": "passed"}
    assert len(json.dumps(report)) < 200_000
