"""Speed: a learner's function, the compiled reference and TensorFlow against one clock.

The clock is the parent's, and so is everything that counts: inputs are drawn afresh for each call, laid where a child
reads them right before the clock starts, and laid over when it stops; the answer is compared as any answer is. On Linux
the time is what the processor worked in the child, which the kernel tells from outside; elsewhere it is the time on the
wall.

What a call costs apart from the function, messages above all, is measured by an echo: a function in a child of the same
kind that is sent the same inputs and gives back an array of the right size at once. It is taken off.
"""

from __future__ import annotations

import contextlib
import io
import math
import mmap
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from grader import estimate, limits, trusted, wire, words
from grader.child import Child, Reply
from grader.compare import Tolerance, as_truth, compare
from grader.course import Course, Page
from grader.grading import COMPILE_SECONDS, LOAD_SECONDS, Grading
from grader.launch import PlayerError
from grader.player import Player
from grader.report import ExerciseReport, Scaling, Speed
from grader.timed import aligned, array_at

MAX_RANK = 8
START_SECONDS = 120.0
"""What importing TensorFlow, or compiling a reference, may take."""
ENOUGH = 0.05
"""Rounds end when the interval, as far as rounds make it smaller, is no wider than this to either side."""
FEWEST_ROUNDS = 8
SLOWEST = 1 / 50
"""The share of the budget that one call of a learner's may take: where it is slower, the sizes are made smaller."""
SMALLEST = 1 / 4096
"""The smallest share of the declared sizes: where trials begin."""
ECHO_SHARE = 0.2
"""A time of which more than this is the echo's is told of."""
LEAST_SHARE = 1.0
"""Work that is a smaller part of its echo than this cannot be told from it."""
BESIDE_SECONDS, BESIDE_SHARE, BESIDE_ECHO = 0.0002, 0.1, 0.4
"""Processor time beside the calls, beyond the echo's, that an honest child does not use: the largest of so many
seconds, a share of the call, and a share of the echo's own. Where it does, all of it counts as the call's."""
QUICKER = 100
"""Calls that are so many times quicker than the sizes were chosen for are not those by which they were chosen."""
LONG = 0.02
"""Seconds of a message from which on a warm-up right before it changes nothing."""
WAIT_SECONDS, WAIT_SHARE = 0.002, 0.25
"""Time in which a call neither runs nor waits for a processor, beyond the echo's: the larger of the two."""
MOST_CALLS, MOST_BYTES, LONG_ENOUGH = 256, 32 << 20, 0.003
"""Where sizes are small, the reference gets as many calls a message as take so many seconds, and these at most."""
TRIED = 2
"""Processors of which the quickest is taken."""
SHARES = (1.0, 0.5, 0.25, 0.125)
"""The sizes of `--scaling`, as shares of the largest."""
SCALING_ROUNDS = 7
WARMED = 0.1
"""Seconds by which a first call exceeds the later ones where it is worth a word."""

YOU, REFERENCE, TENSORFLOW = "you", "reference", "tensorflow"
YOUR_ECHO, ECHO = "your echo", "echo"
"""In a child of the learner's kind, and in one of ours."""


BANDS = ((2, Fraction(1)), (5, Fraction(3, 4)), (20, Fraction(1, 2)), (100, Fraction(1, 4)))
"""Up to how many times the reference's time earns which part of the points for speed; beyond, none. The bands are wide,
and the interval's end that is kinder to the learner is what counts: a noisy machine rarely changes a mark."""


class Void(Exception):  # noqa: N818  not an error: what a learner reads in place of a time
    """The timing does not count; the message says why."""


class TooSmall(Void):
    """The clock cannot tell, through no fault of the learner's."""


@dataclass(frozen=True)
class Lap:
    """A message against the clock, in seconds. `cpu` and `waited` are None where the system does not tell them.

    calls: how many calls the message asked for, each on inputs of its own.
    wall: from the message to its answer, and until the answers are laid down.
    cpu: what the processor worked in the child while the inputs were there: the calls, and hardly anything else.
    beside: what it worked there to lay answers down, and since the lap before, apart from a warm-up and getting ready.
    waited: how long it neither ran nor stood in the queue for a processor, from the message to its answer.
    """

    calls: int
    wall: float
    cpu: float | None
    beside: float
    waited: float | None

    @property
    def seconds(self) -> float:
        """A call's, by the clock that counts here."""
        return (self.wall if self.cpu is None else self.cpu) / self.calls


@dataclass(frozen=True)
class Drawn:
    """Inputs, as a message and shared memory hold them, and the result that is right: the compiled reference's."""

    head: list[Any]
    arrays: dict[str, np.ndarray]
    truth: np.ndarray
    tolerance: Tolerance
    dims: dict[str, Any]

    @property
    def whole(self) -> int:
        """Bytes that the inputs and an answer take in shared memory, were the answer in float64."""
        return sum(aligned(one.nbytes) for one in self.arrays.values()) + aligned(8 * max(self.truth.size, 1))

    def call(self, offset: int) -> tuple[dict[str, Any], dict[str, int]]:
        """The call as a message holds it, and where each array begins: from byte `offset` of shared memory on."""
        begins: dict[str, int] = {}
        for name, array in self.arrays.items():
            begins[name] = offset
            offset += aligned(array.nbytes)

        def placed(left: Any) -> Any:
            if "list" in left:
                return {"list": [placed(one) for one in left["list"]]}
            if "array" in left:
                array = self.arrays[left["array"]]
                return {"array": [array.dtype.str, array.shape, begins[left["array"]]]}
            return left

        room = [offset, aligned(8 * max(self.truth.size, 1))]
        return {"arguments": [placed(one) for one in self.head], "room": room}, begins

    def met_by(self, answer: np.ndarray) -> bool:
        """Whether an answer is right, as any answer is: the very same bytes need no looking at."""
        if answer.dtype == self.truth.dtype and np.array_equal(answer, self.truth):
            return True
        return compare(answer, as_truth(self.truth), self.tolerance).right


class Memory:
    """Memory through which arrays come to a child and go: a file in its folder, which the child maps.

    Only the parent works to fill it, so that the processor time of the child is that of its function, and hardly any of
    messages. The parent reads and writes it as a file: a child that cuts it short, or changes it when it should not,
    changes its own answer and nothing else. The drawer does map it, to look at inputs on the processor of the child: to
    cut it short just then ends the drawer, and the timing.
    """

    def __init__(self, child: Child, size: int, watch: Stopwatch) -> None:
        self.child = child
        self._watch = watch
        self._path = child.folder / f"shared{secrets.token_hex(8)}"
        with _voiding():
            self._file = open(self._path, "w+b", buffering=0)  # noqa: SIM115  closed in close()
        try:
            with _voiding():
                self._file.truncate(size)
                watch.ask("drawer", {"hold": [str(self._path), size]})
            reply = child.ask({"share": [str(self._path), size]}, {}, START_SECONDS)
            if reply.outcome != "said" or not reply.head.get("shared"):
                raise Void(words.voided(words.misbehaved(reply.reason or reply.outcome)))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of it."""
        self._watch.release(self._path)
        self._file.close()
        with contextlib.suppress(OSError):  # Windows keeps a file that is mapped, until the child's folder is wiped
            self._path.unlink()

    def write(self, arrays: Mapping[str, np.ndarray], begins: Mapping[str, int]) -> None:
        """Lay arrays down, each from its byte on."""
        with _voiding():
            for name, begin in begins.items():
                self._file.seek(begin)
                self._file.write(arrays[name].data)

    def near(self, spans: list[list[int]]) -> None:
        """Have the processor find arrays at hand: another one wrote them, so that the first look is the dearest.

        spans: where each begins, and its bytes.
        """
        with _voiding():
            self._watch.ask("drawer", {"near": [str(self._path), spans]})

    def read(self, head: Mapping[str, Any], begin: int, room: int) -> np.ndarray | None:
        """A copy of the answer that a child speaks of, in which nothing changes any more. None where there is none."""
        try:
            dtype, shape = wire.described(head, room, MAX_RANK)
        except wire.WireError:
            return None
        data = bytearray(math.prod(shape) * dtype.itemsize)
        self._file.seek(begin)
        if self._file.readinto(data) != len(data):
            return None
        array = np.frombuffer(data, np.uint8 if dtype.kind == "b" else dtype).reshape(shape)
        return array != 0 if dtype.kind == "b" else array


@contextlib.contextmanager
def _voiding() -> Iterator[None]:
    """Where memory that a child shares fails, it may be the child's doing."""
    try:
        yield
    except (OSError, PlayerError):
        raise Void(words.memory_failed()) from None


class Runner:
    """Who is timed: a child that holds a function.

    decoy: what is laid over inputs when the clock stops, of the same sizes; nothing is where no time counts.
    """

    def __init__(self, memory: Memory, decoy: Mapping[str, np.ndarray] | None = None) -> None:
        self.memory = memory
        self.child = memory.child
        self.laps: list[Lap] = []
        self._decoy = decoy
        self._cpu = self.child.cpu_seconds()
        self._short = False

    def call(self, drawn: Sequence[Drawn], seconds: float) -> tuple[Reply, list[np.ndarray | None]]:
        """Hand over inputs, for one call or several, and wait for the answers, against the clock.

        Where calls are short, they are made on the decoy first, as a warm-up: a process that has slept finds its code
        and memory in no cache.
        seconds: what all may take together. Gives an array a call, None where none came.
        """
        offsets = accumulate((one.whole for one in drawn), initial=0)
        calls = [one.call(offset) for one, offset in zip(drawn, offsets, strict=False)]
        clock = [self._cpu, self.child.cpu_seconds()]
        if self._short and (warm := self.child.ask({"time": True}, {}, seconds)).outcome != "said":
            return warm, [None] * len(calls)
        prepared = self.child.ask({"prepare": [call for call, _ in calls]}, {}, seconds)
        if prepared.outcome != "said":
            return prepared, [None] * len(calls)
        clock.append(self.child.cpu_seconds())
        spans = []
        for one, (_, begins) in zip(drawn, calls, strict=True):
            self.memory.write(one.arrays, begins)
            spans += [[begin, one.arrays[name].nbytes] for name, begin in begins.items()]
        self.memory.near(spans)
        queued = self.child.queued_seconds()
        reply = self.child.ask({"time": True}, {}, seconds)
        queued_after = self.child.queued_seconds()
        if self._decoy is not None:
            for _, begins in calls:
                self.memory.write(self._decoy, begins)
        clock.append(self.child.cpu_seconds())
        heads = reply.head.get("answers")
        if not isinstance(heads, list) or len(heads) != len(calls):
            return reply, [None] * len(calls)
        handed = self.child.ask({"hand": True}, {}, seconds)
        if handed.outcome != "said":
            return handed, [None] * len(calls)
        answers = [
            self.memory.read(head, *call["room"]) if isinstance(head, dict) else None
            for head, (call, _) in zip(heads, calls, strict=True)
        ]
        clock.append(self.child.cpu_seconds())
        self._cpu, self._short = clock[-1], reply.seconds < LONG
        cpu = waited = None
        beside = 0.0
        told = [one for one in clock if one is not None]
        if len(told) == len(clock):
            idle, _, cpu, handing = (after - before for before, after in pairwise(told))
            beside = idle + handing  # getting ready, there are no inputs to work on
            if queued is not None and queued_after is not None:
                waited = reply.seconds - cpu - (queued_after - queued)
        self.laps.append(Lap(len(calls), reply.seconds + handed.seconds, cpu, beside, waited))
        return reply, answers

    @property
    def times(self) -> list[float]:
        """Every lap, by the clock that counts."""
        return [lap.seconds for lap in self.laps]


class Stopwatch:
    """Times exercises of one submission. A context manager: leaving it ends the processes that it started.

    budget: seconds that the timed calls of an exercise may take.
    scaling: whether to measure four sizes, and how times grow.
    points: the share of an exercise's points that is for speed (see `BANDS`).
    """

    def __init__(
        self,
        course: Course,
        cache: Path,
        grading: Grading,
        *,
        budget: float,
        tensorflow: bool,
        scaling: bool = False,
        points: Fraction = Fraction(0),
    ) -> None:
        self.points = points
        self.grading = grading
        self.budget = budget
        self.scaling = scaling
        self.rng = np.random.default_rng(secrets.randbits(128))
        self.processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
        self._pages = {page.name: page for page in course.pages()}
        self._environment = _environment(cache)
        # Sealed, but not in namespaces: what arrays go through is a file that both sides see.
        self.player = Player()
        self._children: dict[str, Child] = {}
        self._file: io.FileIO | None = None  # in which the drawer lays arrays
        self._drawn: mmap.mmap | None = None
        self._names = ["drawer", ECHO, REFERENCE] + ([TENSORFLOW] if tensorflow else [])
        try:
            for name in self._names:  # at once, so that their imports run side by side
                self._children[name] = trusted.start(_program(name), self._environment)
        except BaseException:
            self.close()
            raise

    def release(self, path: Path) -> None:
        """Have the drawer let go of somebody's memory, if it still runs."""
        if "drawer" in self._children:
            with contextlib.suppress(PlayerError):  # it ended, and its memory with it
                self.ask("drawer", {"release": str(path)})

    def close(self) -> None:
        """End the processes."""
        self._drawn = None
        if self._file is not None:
            self._file.close()
        for child in self._children.values():
            child.close()
        self.player.close()

    def __enter__(self) -> Stopwatch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ one exercise

    def add_to(self, report: ExerciseReport) -> ExerciseReport:
        """Time a graded exercise, if it is passed: its report with the speed, the notes on it, and what it earns."""
        if report.status != "passed":
            return report
        speed, notes, part = self._timed(report.name)
        earned = 1 - self.points + self.points * part
        if self.points:
            notes = (*notes, words.speed_points(float(self.points), float(part)))
        return replace(report, speed=speed, timing=notes, notes=(*report.notes, *notes), earned=earned)

    def time(self, name: str) -> tuple[Speed | None, tuple[str, ...]]:
        """Time an exercise that is passed. The notes say why, where there is no time.

        Nothing that the submission does raises an exception here.
        """
        speed, notes, _ = self._timed(name)
        return speed, notes

    def _timed(self, name: str) -> tuple[Speed | None, tuple[str, ...], Fraction]:
        """Besides, the part of the points for speed that it earns: all where nobody can tell, none where it is void."""
        try:
            page = _as_message(self._pages[name])
            said = self._drawing(page)
            if said is None:
                return None, (words.no_benchmark(),), Fraction(1)
            for one in self.rivals():
                self.ask(one, {"load": {"page": page}})
            with _Race(self, self.grading, name, said["grow"], said["dims"]) as race:
                speed, notes = race.run()
                return speed, notes, part_of(speed)
        except Void as reason:
            return None, (str(reason),), Fraction(isinstance(reason, TooSmall))
        except (OSError, PlayerError) as error:
            return None, (words.broken_clock(str(error)),), Fraction(1)

    def _drawing(self, page: Mapping[str, str]) -> dict[str, Any] | None:
        """Have the drawer load a page, with a file to lay arrays in; the dims of its benchmark, if it has one."""
        path = self._started("drawer").folder / f"drawn{secrets.token_hex(8)}"
        if self._file is not None:
            self._file.close()
        self._file, self._drawn = io.FileIO(path, "w+b"), None
        said: dict[str, Any] | None = self.ask("drawer", {"load": {"page": page, "path": str(path)}}).head["benchmark"]
        with contextlib.suppress(OSError):  # Windows keeps it as long as it is open
            path.unlink()  # the results are in it, which nobody is to find
        return said

    def _started(self, name: str) -> Child:
        if name not in self._children:
            self._children[name] = trusted.start(_program(name), self._environment)
        return self._children[name]

    def ask(self, name: str, message: Mapping[str, Any]) -> Reply:
        """What a process of ours answers. Raises PlayerError where the course, or the grader, is at fault."""
        reply = self._started(name).ask(message, {}, START_SECONDS)
        if "unavailable" in reply.head or (reply.outcome == "died" and name == TENSORFLOW):
            self._names.remove(name)  # as when a key is built: everything else goes on without it
        elif reply.outcome == "said" and "fault" not in reply.head:
            return reply
        if reply.outcome != "said" or name not in self._names:
            self._children.pop(name).close()
        if name not in self._names:
            return reply
        fault = reply.head.get("fault", f"{name} {reply.outcome} {reply.reason} {reply.output[-500:]}".strip())
        raise PlayerError(str(fault))

    def draw(self, share: float, begin: int = 0) -> Drawn:
        """Fresh inputs: nobody has seen them, and nobody can foretell them.

        begin: the byte of the file from which on the drawer lays them, `Drawn.whole` bytes at most. They stay there
        until others are laid over them.
        """
        order = {"share": share, "seed": secrets.randbits(128), "begin": begin}
        reply = self.ask("drawer", {"draw": order})
        assert self._file is not None
        if self._drawn is None or len(self._drawn) < os.fstat(self._file.fileno()).st_size:
            self._drawn = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        arrays = {name: array_at(self._drawn, *where) for name, where in reply.head["arrays"].items()}
        truth = arrays.pop("truth")
        return Drawn(reply.head["inputs"], arrays, truth, Tolerance(*reply.head["tolerance"]), reply.head["dims"])

    def rivals(self) -> list[str]:
        """Who runs beside the learner."""
        return self._names[2:]

    def child(self, name: str) -> Child:
        """A process of ours."""
        return self._children[name]


def part_of(speed: Speed) -> Fraction:
    """The part of the points for speed that a time earns, from 0 to 1."""
    return next((part for most, part in BANDS if speed.low <= most), Fraction(0))


def _as_message(page: Page) -> dict[str, str]:
    return {"name": page.name, "chapter": page.chapter, "path": str(page.path.resolve()), "stub": str(page.stub)}


def _program(job: str) -> str:
    root = str(Path(__file__).resolve().parent.parent)
    return f"import sys; sys.path.append({root!r}); from grader.rival import main; main({job!r})"


def _environment(cache: Path) -> dict[str, str]:
    one = dict.fromkeys((*limits.ONE_THREAD, "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
    return {**os.environ, **one, "NUMBA_CACHE_DIR": str(cache / "numba"), "PYTHONIOENCODING": "utf-8"}


# ---------------------------------------------------------------- one race


class _Race:
    """One exercise of one submission against the reference and TensorFlow. A context manager: it ends the children.

    grow, full: the dims that are made smaller for a slow answer, and every dim as the page declares it.
    """

    def __init__(self, watch: Stopwatch, grading: Grading, name: str, grow: list[str], full: Mapping[str, Any]) -> None:
        self.watch = watch
        self.grading = grading
        self.name = name
        self.grow = tuple(grow)
        self.full = full
        self.load = grading.payload(grading.submission.find(name))
        self.compiling = COMPILE_SECONDS if "numba" in self.load["packages"] else 0.0
        self.deadline = max(1.0, watch.budget)
        self.runners: dict[str, Runner] = {}
        self.many = 1
        self.processor = watch.processors[0]
        self.dtype = np.dtype(np.float32)  # of the learner's answers
        self.first = 0.0  # seconds of the learner's first call, in which Numba compiles
        self._children: list[Child] = []
        self._memories: list[Memory] = []
        self.size = watch.draw(1.0).whole
        self._you = self._start(self.load)

    def __enter__(self) -> _Race:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for memory in self._memories:
            memory.close()
        for child in self._children:
            child.close()

    def _start(self, load: Mapping[str, Any]) -> Child:
        """A child of the kind in which learners' code runs, with a function loaded."""
        whole = 60 + 20 * self.watch.budget + self.compiling
        child = self.watch.player.child(cpu_seconds=math.ceil(whole))
        self._children.append(child)
        reply = child.ask({"load": {**load, "timed": True}}, {}, LOAD_SECONDS + 5)
        if reply.outcome != "said" or not reply.head.get("loaded"):
            raise Void(words.not_timed_again())
        return child

    # ------------------------------------------------------------ rounds

    def run(self) -> tuple[Speed, tuple[str, ...]]:
        """Find the sizes, race, and sum up. Raises Void."""
        share = self._fitting_share()
        begin = time.perf_counter()
        drawn = self._line_up(share)
        rounds = 0
        while rounds < FEWEST_ROUNDS or time.perf_counter() - begin < self.watch.budget:
            self._round(share)
            rounds += 1
            if rounds >= FEWEST_ROUNDS and rounds % 4 == 0 and self._ratio().sampling < ENOUGH:
                break
        flags = self._flags(drawn)
        speed = self._speed(drawn)
        notes = (*self._notes(speed, drawn), *flags)
        return speed._replace(scaling=self._scale(share)) if self.watch.scaling and self.grow else speed, notes

    def _line_up(self, share: float) -> Drawn:
        """Everybody who runs, warmed up, and an echo in a child of each kind; an example of what is drawn."""
        drawn = self.watch.draw(share)
        shape = list(drawn.truth.shape)
        dtype = np.dtype(np.float32) if drawn.truth.dtype.kind == "f" else drawn.truth.dtype
        mirror = {
            **self.load,
            "entry": "echo",
            "function": "echo",
            "modules": {"echo": {"package": False, "chunks": [["echo.py", _ECHO.format(shape, self.dtype.str)]]}},
            "aliases": {},
        }
        self.watch.ask(ECHO, {"load": {"echo": [shape, dtype.str]}})
        self.size = max(self.size, MOST_BYTES)
        self.many = 1
        decoy = {name: array.copy() for name, array in drawn.arrays.items()}
        self.runners = {YOU: self._runner(self._you, decoy), YOUR_ECHO: self._runner(self._start(mirror), decoy)}
        for name in (*self.watch.rivals(), ECHO):
            self.runners[name] = self._runner(self.watch.child(name), decoy)
        self._warm_up(share, int(self.size / drawn.whole))
        for runner in self.runners.values():
            runner.laps.clear()
        return drawn

    def _warm_up(self, share: float, room: int) -> None:
        """Rounds that do not count: they find how many calls a message gets, and on which processor.

        One may be slower than the next for a while, as when it shares its core with a busy one, and slower for Python
        than for compiled loops: all run on the quickest of those that are tried. room: calls that memory has room for.
        """
        tried = self.watch.rng.permutation(self.watch.processors)[:TRIED].tolist()
        sizing = 3
        quickest: dict[int, float] = {}
        for number in range(sizing + 2 * len(tried) + secrets.randbelow(3)):
            self.processor = tried[number % len(tried)]
            self._round(share)
            if number == sizing - 1 and share < 1:
                call = max(min(self.runners[REFERENCE].times) - min(self.runners[ECHO].times), 1e-6)
                self.many = max(1, min(MOST_CALLS, room, round(LONG_ENOUGH / call)))
            elif number >= sizing:
                took = self.runners[YOU].times[-1] * self.runners[REFERENCE].times[-1]
                quickest[self.processor] = min(took, quickest.get(self.processor, took))
        self.processor = min(quickest, key=quickest.__getitem__)

    def _round(self, share: float) -> None:
        """Everybody once, on the same new inputs, in random order. The answers are judged after the last of them.

        Where the learner's answer is slow and the sizes are small, a call of the others is too short for the clock:
        they get more calls in a message, on more new inputs.
        """
        drawn: list[Drawn] = []
        begin = 0
        for _ in range(self.many):
            drawn.append(self.watch.draw(share, begin))
            begin += drawn[-1].whole
        names = list(self.runners)
        self.watch.rng.shuffle(names)
        self.watch.child("drawer").run_on(self.processor)
        replies = {}
        for name in names:
            self.runners[name].child.run_on(self.processor)
            if name in (YOU, YOUR_ECHO):
                replies[name] = self.runners[name].call(drawn[:1], self.deadline)
            else:  # TensorFlow may import more of itself at its first call
                replies[name] = self.runners[name].call(drawn, START_SECONDS)
        self._judge(*replies[YOU], drawn[0])
        for name in (YOUR_ECHO, ECHO):
            reply, _ = replies[name]
            if reply.outcome != "said":
                raise PlayerError(words.rival_wrong(name, reply.outcome, reply.reason))
        for name in self.watch.rivals():
            reply, answers = replies[name]
            for one, answer in zip(drawn, answers, strict=True):
                if answer is None or not one.met_by(answer):
                    raise PlayerError(words.rival_wrong(name, reply.outcome, str(reply.head)[:300]))

    def _runner(self, child: Child, decoy: Mapping[str, np.ndarray] | None = None) -> Runner:
        """A child with memory, in place of what it had before."""
        for memory in [one for one in self._memories if one.child is child]:
            self._memories.remove(memory)
            memory.close()
        self._memories.append(Memory(child, self.size, self.watch))
        return Runner(self._memories[-1], decoy)

    def _judge(self, reply: Reply, answers: list[np.ndarray | None], drawn: Drawn) -> np.ndarray:
        """The learner's answer. Raises Void unless it is right."""
        if reply.outcome == "timeout":
            raise Void(words.too_slow(self.deadline, drawn.dims))
        if reply.outcome == "died":
            raise Void(words.voided(words.died(reply.status, loading=False)))
        if reply.outcome == "misbehaved":
            raise Void(words.voided(words.misbehaved(reply.reason)))
        if "raised" in reply.head:
            said = reply.head["raised"]
            kind = str(said.get("type", "?"))[:100] if isinstance(said, dict) else "?"
            raise Void(words.voided(words.raised(kind, str(said.get("message", ""))[:300], ())))
        if answers[0] is None or not drawn.met_by(answers[0]):
            raise Void(words.wrong_in_time(drawn.dims))
        return answers[0]

    # ------------------------------------------------------------ sizes

    def _volume(self, dims: Mapping[str, Any]) -> float:
        return math.prod(_number(dims[letter]) for letter in self.grow) / math.prod(
            _number(self.full[letter]) for letter in self.grow
        )

    def _fitting_share(self) -> float:
        """The largest share of the declared sizes at which a call takes its part of the budget at most.

        Trials go from small to large, so that nobody waits for a call that takes minutes.
        """
        target, runner = self.watch.budget * SLOWEST, self._runner(self._you)
        share = fitted = SMALLEST if self.grow else 1.0
        while True:
            drawn = self.watch.draw(share)
            reply, answers = runner.call([drawn], self.deadline + (0.0 if runner.laps else self.compiling))
            self.first = self.first or reply.seconds
            if reply.outcome == "timeout" and fitted < share:
                self._you = self._start(self.load)
                return fitted
            self._judge(reply, answers, drawn)
            drawn = self.watch.draw(share)
            self.dtype = self._judge(*runner.call([drawn], self.deadline), drawn).dtype
            seconds = runner.laps[-1].seconds
            actual = self._volume(drawn.dims)
            if seconds > 2 * target and share != fitted:  # it grows faster than its sizes do
                return max(fitted, _power_of_two(share * target / seconds))
            # A time that grows as the product of the dims would end at the target; by 32 at most, since it may not.
            larger = _power_of_two(max(actual, share) * min(32.0, target / max(seconds, target / 32)))
            if actual >= 1 or larger <= share:
                return share
            fitted, share = share, min(1.0, larger)

    # ------------------------------------------------------------ what came of it

    def _times(self, name: str) -> tuple[list[float], list[float]]:
        if name == YOU:
            laps = zip(self.runners[YOU].times, self._extra(), strict=True)  # of one call each
            return [sum(lap) for lap in laps], self.runners[YOUR_ECHO].times
        return self.runners[name].times, self.runners[ECHO].times

    def _echoed(self) -> float:
        """Seconds that an honest child, the learner's echo, worked beside a call."""
        return float(np.median([lap.beside for lap in self.runners[YOUR_ECHO].laps]))

    def _extra(self) -> list[float]:
        """Seconds that the learner's child worked beside each call, where these are more than an honest one needs."""
        echoed, extra = self._echoed(), []
        for lap in self.runners[YOU].laps:
            allowed = max(BESIDE_SECONDS, BESIDE_SHARE * lap.seconds, BESIDE_ECHO * echoed)
            more = lap.beside - echoed
            extra.append(more if more > allowed else 0.0)
        return extra

    def _ratio(self, name: str = YOU) -> estimate.Ratio:
        (yours, your_echo), (theirs, their_echo) = self._times(name), self._times(REFERENCE)
        return estimate.ratio(yours, theirs, your_echo, their_echo, np.random.default_rng(len(yours)))

    def _flags(self, drawn: Drawn) -> list[str]:
        """What looks odd, and voids nothing. Raises Void where a time cannot be what the function took."""
        you, echo = self.runners[YOU].laps, self.runners[YOUR_ECHO].laps
        flags: list[str] = []
        call = float(np.median([lap.seconds for lap in you]))
        if extra := float(np.median(self._extra())):
            # A busy machine makes an honest child's a little more than the echo's, for as long as a few rounds.
            if extra > max(call, self._echoed()):
                raise Void(words.works_between_calls(extra * 1e3))
            flags.append(words.worked_between_calls(extra * 1e3))
        if drawn.dims != self.full and estimate.net(*self._times(YOU)) * QUICKER < self.watch.budget * SLOWEST:
            raise Void(words.slower_in_trials(drawn.dims))
        waits = [[lap.waited for lap in laps if lap.waited is not None] for laps in (you, echo)]
        if all(waits):
            waited = float(np.median(waits[0]) - np.median(waits[1]))
            if waited > max(WAIT_SECONDS, WAIT_SHARE * call):
                if limits.level(self.watch.player.layers()) != "sealed":
                    raise Void(words.waits_for_others(waited * 1e3))
                flags.append(words.waits(waited * 1e3))  # there is nobody who could do its work meanwhile
        if threads := self._you.threads() - 1:
            flags.append(words.threads_count(threads))
        return flags

    def _speed(self, drawn: Drawn) -> Speed:
        found = self._ratio()
        tensorflow = self._ratio(TENSORFLOW) if TENSORFLOW in self.runners else None
        net = {name: estimate.net(*self._times(name)) for name in (YOU, *self.watch.rivals())}
        echo = float(np.median(self._times(YOU)[1]))
        if max(net[YOU], net[REFERENCE]) < echo * LEAST_SHARE:
            too_small = TooSmall if drawn.dims == self.full else Void  # smaller sizes are for calls that take long
            raise too_small(words.too_small(echo * 1e3))
        return Speed(
            student_ms=net[YOU] * 1e3,
            reference_ms=net[REFERENCE] * 1e3,
            tensorflow_ms=net[TENSORFLOW] * 1e3 if TENSORFLOW in net else None,
            ratio=found.ratio,
            low=found.low,
            high=found.high,
            sizes=words.sizes(drawn.dims),
            tensorflow_ratio=(tensorflow.ratio, tensorflow.low, tensorflow.high) if tensorflow is not None else None,
        )

    def _notes(self, speed: Speed, drawn: Drawn) -> list[str]:
        you = self.runners[YOU].laps
        wall = estimate.net([lap.wall for lap in you], [lap.wall for lap in self.runners[YOUR_ECHO].laps])
        clock = "wall" if you[0].cpu is None else "processor"
        notes = [words.speed_facts(len(you), clock, speed.student_ms, wall * 1e3, words.sizes(drawn.dims))]
        if drawn.dims != self.full:
            smaller = [letter for letter in self.grow if drawn.dims[letter] != self.full[letter]]
            notes.append(words.smaller_sizes(smaller, drawn.dims, self.full))
        shares = {}
        for name in (YOU, REFERENCE):
            times, echoes = (float(np.median(one)) for one in self._times(name))
            shares[name] = echoes / times if times else 1.0
        if max(shares.values()) > ECHO_SHARE:
            notes.append(words.echo_share(shares[YOU], shares[REFERENCE]))
        if speed.noisy:
            notes.append(words.too_noisy())
        typical = float(np.median([lap.wall for lap in you]))
        if self.first > typical + WARMED:
            notes.append(words.first_call(self.first, bool(self.compiling)))
        return notes

    def _scale(self, share: float) -> Scaling:
        """Everybody on four sizes."""
        names = (YOU, *self.watch.rivals())
        sizes: list[float] = []
        times: dict[str, list[float]] = {name: [] for name in names}
        for part in SHARES:
            drawn = self.watch.draw(share * part)
            size = self._volume(drawn.dims)
            if size in sizes:
                continue
            self._line_up(share * part)
            for _ in range(SCALING_ROUNDS):
                self._round(share * part)
            sizes.append(size)
            for name in names:
                times[name].append(estimate.net(*self._times(name)) * 1e3)
        return Scaling(
            grow=self.grow,
            sizes=tuple(sizes),
            times={name: tuple(one) for name, one in times.items()},
            exponents={name: estimate.exponent(sizes, one) for name, one in times.items()},
        )


_ECHO = """import numpy as np

ANSWER = np.ones({}, {!r})


def echo(*arguments):
    return ANSWER
"""


def _power_of_two(share: float) -> float:
    """The nearest: measured again, an answer gets the same sizes."""
    return float(2.0 ** round(math.log2(share)))


def _number(size: int | list[int]) -> int:
    """A dim as one number: of a stack's layers, the product."""
    return math.prod(size) if isinstance(size, list) else size
