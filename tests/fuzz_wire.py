"""Sends the grader what no child would: broken, cut, repeated, reordered, oversized and slow messages, for minutes.

    python tests/fuzz_wire.py MINUTES [--seed N] [--keep]

The whole of the parent's side runs: its parser, its state machine, the judging of an answer and the reports, against a
child that is only a socket. Anything is a find but a report: an exception, a wrong score, a hang, growth of memory.
What is tried are changes to the messages in `fuzz_corpus/`; --keep adds those that made the grader say something new.
`test_fuzz_wire.py` sends the corpus once.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import os
import random
import re
import resource
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from grader import grading as judge
from grader import wire
from grader.child import Child
from grader.compare import Tolerance
from grader.grading import Grading
from grader.key import About, KeyCase, Part
from grader.render import github, junit, markdown
from grader.report import Report, SubmissionInfo, to_json
from grader.submission import read_submission

CORPUS = Path(__file__).with_name("fuzz_corpus")
HANG_SECONDS = 60
GROWTH = 64 << 20
"""Bytes by which the parent's largest size may grow after the first tenth of the time."""
LARGEST_KEPT = 2000
END, SLOW = b"\xfeEND", b"\xfeSLOW"
"""Within a script of messages: the child closes its channel; it waits for a moment."""

Script = list[bytes]
"""What a child sends, an entry for each message that the parent sends it; cut into pieces at SLOW, ended by END."""


# ---------------------------------------------------------------- a child that is only a socket


class Ended:
    """A process that has nothing to kill."""

    def end(self, died: bool) -> int:
        return 0


class Scripted:
    """A player whose children send what a script says."""

    restarts = 0

    def __init__(self, script: Script) -> None:
        self.script = script
        self.without: dict[str, str] = {}
        self.bell, self.rope = socket.socketpair()
        self.threads: list[threading.Thread] = []

    def child(self, cpu_seconds: int) -> Child:
        channel, theirs = socket.socketpair()
        output, printed = socket.socketpair()
        thread = threading.Thread(target=self._talk, args=(theirs, printed))
        thread.start()
        self.threads.append(thread)
        return Child(Ended(), channel, output, self.bell, os.getpid(), Path())

    def layers(self) -> list[str]:
        return []

    def restart(self, restarts: int) -> None:
        raise AssertionError("a child's messages are no fault of the grader's")

    def _talk(self, channel: socket.socket, printed: socket.socket) -> None:
        with channel, printed, channel.makefile("rb") as requests:
            channel.settimeout(5)
            try:
                for message in self.script:
                    wire.read(requests)
                    printed.sendall(message[:50])
                    for number, piece in enumerate(message.split(SLOW)):
                        time.sleep(0.002 if number else 0)
                        whole, end, _ = piece.partition(END)
                        channel.sendall(whole)
                        if end:
                            return
                requests.read()
            except (OSError, EOFError):
                return  # the parent has had enough


# ---------------------------------------------------------------- what is graded

TRUTH = np.arange(1, 7, dtype=np.float64).reshape(2, 3)
ABOUT = About("f", "c1", 1, 4.0, [], ["x"], {"x": "N F"}, {}, "N F", [], "", [], [])
CASES = [
    KeyCase(
        k,
        "tiny",
        {"N": 2, "F": 3},
        "N F",
        ["x"],
        wire.encode_call([TRUTH.astype("f4")]),
        TRUTH,
        TRUTH.astype("f4"),
        None,
        Tolerance(0, 1e-9),
        {},
    )
    for k in range(4)
]
PART = Part(ABOUT, CASES, None, "it is not asked here")


def right() -> bytes:
    """The answer that counts."""
    head = {"answer": "ndarray", "warnings": [], "changed": [], "threads": 0}
    return wire.encode(head, {"answer": TRUTH.astype("f4")})


def play(script: Script, submission: Any, timeout: float = 0.05) -> str:
    """Grade against a script; a line on what the grader said. Raises whatever should not have been."""
    player = Scripted(script)
    patient = judge.LOAD_SECONDS
    judge.LOAD_SECONDS = 0.0
    try:
        grading = Grading(submission, player, timeout=timeout)  # type: ignore[arg-type]
        exercise = grading.grade(PART)
    finally:
        judge.LOAD_SECONDS = patient
        player.bell.close()
        player.rope.close()
        for thread in player.threads:
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()
    answers = sum(one.replace(SLOW, b"").count(TRUTH.astype("f4").tobytes()) for one in script)
    assert exercise.cases.passed <= answers, "points for nothing"
    assert exercise.status != "grader_error"
    report = Report(
        seed=0,
        environment=grading.environment(None, "it is not asked here"),
        submission=SubmissionInfo("f.py", (), ()),
        exercises=(exercise,),
        again=(),
    )
    for text in (to_json(report), junit.render(report), markdown.render(report), github.annotations(report)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert len(text) < 200_000
    kind, message = (exercise.failure.kind, exercise.failure.message) if exercise.failure else ("", "")
    plain = re.sub(r"[^a-z ]+", "#", " ".join(message.split("\n")[:2]).lower())[:60]
    return f"{exercise.status} {kind} {exercise.cases.passed} {len(exercise.notes)} {plain}"


# ---------------------------------------------------------------- changes

NUMBERS = [0, 1, 7, 255, 256, 4095, 4096, 65535, 2**18, 2**18 + 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1]
VALUES: list[Any] = [None, True, -1, 0, 1e308, 10**400, "", "\x00\x1b[2J\u202e", "a" * 5000, [], {}, [[]], [None] * 40]
VALUES += ["F32", "BF16", [2**62, 4], [0, 2**63], [-1], [1.5], {"a": {"b": []}}, "::error::x", "\ud800", float("nan")]


def flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randint(0, len(data))]


def splice(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randint(0, len(data)) for _ in range(2))
    return rng.choice(
        [data[:a] + data[b:], data[:b] + data[a:], data[:a] + rng.randbytes(rng.randint(1, 40)) + data[a:]]
    )


def lengths(data: bytes, rng: random.Random) -> bytes:
    return struct.pack("<II", rng.choice(NUMBERS), rng.choice(NUMBERS)) + data[8:]


def repeated(data: bytes, rng: random.Random) -> bytes:
    return data * rng.randint(2, 5)


def slow(data: bytes, rng: random.Random) -> bytes:
    at = sorted(rng.randint(0, len(data)) for _ in range(rng.randint(1, 30)))
    return SLOW.join(data[a:b] for a, b in zip([0, *at], [*at, len(data)], strict=True))


def ended(data: bytes, rng: random.Random) -> bytes:
    return cut(data, rng) + END


def large(data: bytes, rng: random.Random) -> bytes:
    count = rng.choice([100, 10_000, 300_000])
    return wire.LENGTHS.pack(rng.choice([2, count]), count) + b"{}" + rng.choice([b" ", b"[", b"\0", b"{"]) * count


def deep(data: bytes, rng: random.Random) -> bytes:
    levels = rng.choice([10, 100, *range(900, 1010, 3), 5000])
    name = rng.choice(["raised", "answer", "refused", "type", "dtype", "bytes", "rank", "warnings", "changed"])
    inner = rng.choice([b"%s", b'[{"text":%s,"file":%s}]', b'{"message":%s,"type":%s,"frames":%s}']).replace(
        b"%s", b"[" * levels + b"]" * levels
    )
    head = b'{"' + name.encode() + b'":' + inner + b"}"
    return wire.LENGTHS.pack(len(head), 0) + head


def changed_value(value: Any, rng: random.Random) -> Any:
    """A JSON value with one of its parts exchanged."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(list(value))
        return {**value, key: changed_value(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        return [*value[:at], changed_value(value[at], rng), *value[at + 1 :]]
    return rng.choice(VALUES)


def head_changed(data: bytes, rng: random.Random) -> bytes:
    """The head, or the description of the arrays, as JSON of other content; all lengths right."""
    if len(data) < 8:
        return data
    size, rest = struct.unpack("<II", data[:8])
    head, body = data[8 : 8 + size], data[8 + size : 8 + size + rest]
    try:
        if body and rng.random() < 0.5:
            (inner,) = struct.unpack("<Q", body[:8])
            words = json.dumps(changed_value(json.loads(body[8 : 8 + inner]), rng)).encode()
            body = struct.pack("<Q", len(words)) + words + body[8 + inner :]
        else:
            head = json.dumps(changed_value(json.loads(head), rng)).encode("utf-8", "surrogatepass")
    except (ValueError, struct.error, RecursionError):
        return flip(data, rng)
    return struct.pack("<II", len(head), len(body)) + head + body


CHANGES: list[Callable[[bytes, random.Random], bytes]] = [
    flip,
    cut,
    splice,
    lengths,
    repeated,
    slow,
    ended,
    large,
    deep,
]
CHANGES += [head_changed] * 8


def script_from(corpus: list[Script], rng: random.Random) -> Script:
    """A script of the corpus, changed; or messages of several, in another order."""
    script = list(rng.choice(corpus))
    if rng.random() < 0.2:
        script = [rng.choice(rng.choice(corpus)) for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.2:
        rng.shuffle(script)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randrange(len(script))
        script[at] = rng.choice(CHANGES)(script[at], rng)
    return script


# ---------------------------------------------------------------- the corpus


def read_corpus() -> dict[str, Script]:
    """Name -> script. A file holds messages, each after its length in 4 bytes."""
    scripts = {}
    for path in sorted(CORPUS.glob("*.bin")):
        data, script = path.read_bytes(), []
        while data:
            (size,) = struct.unpack("<I", data[:4])
            script.append(data[4 : 4 + size])
            data = data[4 + size :]
        scripts[path.stem] = script
    return scripts


def keep(script: Script) -> None:
    data = b"".join(struct.pack("<I", len(one)) + one for one in script)
    if len(data) <= LARGEST_KEPT:
        CORPUS.mkdir(exist_ok=True)
        (CORPUS / f"{hashlib.sha256(data).hexdigest()[:12]}.bin").write_bytes(data)


LOADED = wire.encode({"loaded": True}, {})
RAISED = {"type": "TypeError", "kinds": ["TypeError", "Exception"], "message": "no", "frames": [["f.py", 1, "f"]]}
REFUSED = {"refused": "type", "type": "NoneType", "warnings": [], "changed": []}
LARGE = {"refused": "size", "type": "ndarray", "bytes": 10**9, "shape": [10**9], "changed": [0], "threads": 3}
WARNED = {"warnings": [{"text": "overflow", "file": "f.py", "line": 2}]}
TURNED = wire.encode({"answer": "list", "warnings": [], "changed": []}, {"answer": np.zeros((3, 2), np.int32)})
SEEDS: list[Script] = [
    [LOADED, *[right()] * 4],
    [wire.encode({"raised": RAISED | {"name": ""}}, {})],
    [wire.encode({"not_callable": "int"}, {})],
    [LOADED, wire.encode(REFUSED, {}), *[right()] * 3],
    [LOADED, wire.encode(LARGE | WARNED, {}), *[right()] * 3],
    [LOADED, wire.encode({"raised": RAISED | {"name": "x"}}, {}), TURNED, *[right()] * 2],
]


def submission_of(folder: Path) -> Any:
    (folder / "f.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    return read_submission(folder, ["f"])


def size() -> int:
    """The memory of this process now, in bytes; the largest so far where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def runs(minutes: float, rng: random.Random, kept: bool) -> Iterator[tuple[int, int]]:
    """Scripts for so many minutes: their number, and how many different things the grader has said."""
    scripts = [*read_corpus().values()] or list(SEEDS)
    said: set[str] = set()
    until = time.monotonic() + 60 * minutes
    with ExitStack() as stack:
        submission = submission_of(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        for script in scripts:
            said.add(play(script, submission))
        number = 0
        while time.monotonic() < until:
            script = script_from(scripts, rng)
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            try:
                found = play(script, submission)
            except BaseException:
                (Path.cwd() / "fuzz-failure.bin").write_bytes(b"".join(struct.pack("<I", len(m)) + m for m in script))
                raise
            if found not in said:
                said.add(found)
                scripts.append(script)
                if kept:
                    keep(script)
            number += 1
            yield number, len(said)
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("minutes", type=float)
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    options.add_argument("--keep", action="store_true")
    given = options.parse_args()
    if given.keep and not read_corpus():
        for script in SEEDS:
            keep(script)
    begin, early, counts = time.monotonic(), 0, (0, 0)
    for counts in runs(given.minutes, random.Random(given.seed), given.keep):  # noqa: B007  the last is printed
        if not early and time.monotonic() - begin > 6 * given.minutes:
            early = size()
    growth = size() - early
    print(f"seed {given.seed}: {counts[0]} scripts, {counts[1]} different outcomes, growth {growth >> 10} KiB")
    sys.exit(growth > GROWTH)


if __name__ == "__main__":
    main()
