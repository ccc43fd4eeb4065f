"""The trusted side of the clock: the reference, TensorFlow, and who draws their inputs. Runs in processes of its own.

Each is a child that answers messages like a learner's (see `grader.worker`), by the very same lines of code where the
clock runs, but runs a course's page. None of them lives in the grader itself: pages import Numba and TensorFlow.

    {"load": {"page": {...}}}           the reference, or what TensorFlow says          -> {"loaded": true}
    {"load": {"echo": [shape, dtype]}}  a function that answers at once, of that size   -> {"loaded": true}
    {"share"}, {"prepare"}, {"time"}, {"hand"}    as in a learner's child

The drawer answers {"load": {"page": {...}, "path": "..."}} by {"benchmark": ...}, and

    {"draw": {"share", "seed", ...}}    fresh inputs, and the right result              -> {"inputs", "arrays", ...}
    {"hold": [path, size]}              map the memory of one who is timed              -> {"held": true}
    {"near": [path, [[begin, length], ...]]}    look at the arrays there, so that the processor has them at hand
                                                                                        -> {"near": true}
    {"release": path}                   let go of it                                    -> {"released": true}

with the arrays in the file of that path: a channel would take longer for them than drawing does. It is a process of its
own, so that whoever is timed has not seen an input before the clock starts; and it looks at them for those who are, on
the processor on which they will run. Any of them answers {"fault": "..."} where the course is at fault, and TensorFlow
{"unavailable": "..."} where it cannot be imported.
"""

from __future__ import annotations

import io
import mmap
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np

from grader import heap, wire, worker
from grader.build import import_tensorflow, reference_of, terms_of
from grader.cases import Case, benchmark_dims, draw_benchmark, plain_dims
from grader.compare import Tolerance, as_truth, tolerance
from grader.course import CourseError, Exercise, Page, load_page
from grader.timed import LOOKS, aligned, touch

Answer = tuple[dict[str, Any], dict[str, np.ndarray]]


def _page(said: dict[str, str]) -> Page:
    return Page(said["name"], said["chapter"], Path(said["path"]), Path(said["stub"]))


class Rival(worker.Child):
    """Runs pages' references, or with `tensorflow` what TensorFlow says."""

    def __init__(self, channel: worker.Channel, tensorflow: bool) -> None:
        super().__init__(channel, [], "")
        self.tensorflow = tensorflow
        self.loaded: dict[str, Any] = {}

    def _load(self, load: dict[str, Any]) -> Answer:
        if "echo" in load:
            answer = np.ones(*load["echo"])
            self.function = lambda *arguments: answer
            return {"loaded": True}, {}
        page = _page(load["page"])
        try:
            if page.name not in self.loaded:
                self.loaded[page.name] = self._function(load_page(page))
        except CourseError as error:
            return {"fault": str(error)}, {}
        self.function = self.loaded[page.name]
        return {"loaded": True}, {}

    def _function(self, exercise: Exercise) -> Any:
        if not self.tensorflow:
            return exercise.reference
        says = exercise.tensorflow_function
        if says is None:
            raise CourseError(f"{exercise.name}: the page has no @{exercise.name}.tensorflow function.")
        return lambda *arguments: np.asarray(says(*arguments))


class Drawer(worker.Child):
    """Draws benchmark inputs, and computes the result that is right for them by the compiled reference."""

    def __init__(self, channel: worker.Channel) -> None:
        super().__init__(channel, [], "")
        self.exercise: Exercise | None = None
        self.file: io.FileIO | None = None
        self.memories: dict[str, np.ndarray] = {}  # by path
        self.scales: dict[float, float] = {}  # by share: what it is for one draw it is for the next, as good as

    def serve(self) -> None:
        """Answer messages until the parent closes the channel."""
        while True:
            head, _ = self.channel.receive()
            try:
                answer = self._answer(head)
            except CourseError as error:
                answer = {"fault": str(error)}, {}
            self.channel.send(*answer)

    def _answer(self, head: dict[str, Any]) -> Answer:
        if "load" in head:
            return self._load(head["load"])
        if "draw" in head:
            return self._draw(**head["draw"])
        if "hold" in head:
            path, size = head["hold"]
            with open(path, "rb") as file:
                self.memories[path] = np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)
            return {"held": True}, {}
        if "near" in head:
            path, spans = head["near"]
            for _ in range(LOOKS):
                for begin, length in spans:
                    touch(self.memories[path][begin : begin + length])
            return {"near": True}, {}
        self.memories.pop(head["release"], None)  # which failed before it was held
        return {"released": True}, {}

    def _load(self, load: dict[str, Any]) -> Answer:
        if self.file is not None:
            self.file.close()
        self.file = io.FileIO(load["path"], "r+b")
        exercise = self.exercise = load_page(_page(load["page"]))
        self.scales.clear()
        if exercise.benchmark_sizes is None:
            return {"benchmark": None}, {}
        return {
            "benchmark": {
                "grow": list(exercise.benchmark_sizes.grow),
                "dims": plain_dims(benchmark_dims(exercise)),
            }
        }, {}

    def _draw(self, share: float, seed: int, begin: int) -> Answer:
        assert self.exercise is not None
        case = draw_benchmark(self.exercise, seed, share)
        truth = reference_of(self.exercise, case)
        if case.tolerance is not None:
            allowed = Tolerance(*case.tolerance)
        else:
            if share not in self.scales:
                self.scales[share] = _scale(self.exercise, case)
            allowed = tolerance(truth, self.scales[share], terms_of(self.exercise, case))
        arrays: dict[str, np.ndarray] = {"truth": truth}
        inputs = [wire.flatten(value, str(k), arrays) for k, value in enumerate(case.inputs.values())]
        head = {
            "inputs": inputs,
            "dims": plain_dims(case.dims),
            "tolerance": [allowed.relative, allowed.absolute],
            "arrays": self._lay(arrays, begin),
        }
        return head, {}

    def _lay(self, arrays: dict[str, np.ndarray], begin: int) -> dict[str, Any]:
        """Write arrays into the file from a byte on: what each is, and where it begins."""
        assert self.file is not None
        where: dict[str, Any] = {}
        for name, array in arrays.items():
            self.file.seek(begin)
            self.file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
            where[name] = [array.dtype.str, array.shape, begin]
            begin = aligned(begin + array.nbytes)
        return where


def _scale(exercise: Exercise, case: Case) -> float:
    """The scale that a tolerance follows, as when a key is built (see `grader.build.tolerance_of`).

    It is computed by the compiled reference: the plain one would take minutes at this size, and it need not be exact.
    """
    powers = [_squared(value) for value in case.inputs.values()]
    with np.errstate(all="ignore"):
        largest = np.abs(as_truth(exercise.reference(*powers))).max(initial=0.0)
    return float(np.sqrt(largest))


def _squared(value: Any) -> Any:
    if isinstance(value, list):
        return [_squared(one) for one in value]
    return value**2 if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def main(job: str) -> None:
    """Be the "reference", "tensorflow", "echo" or "drawer", on the channel that `grader.trusted.start` gives."""
    if sys.platform == "win32":
        shared = sys.stdin.buffer.read()
        channel = worker.Channel(socket.fromshare(shared[: len(shared) // 2]))
    else:
        channel = worker.Channel(int(sys.argv[1]))
    memory = heap.Heap()
    if job == "tensorflow":
        try:
            import_tensorflow()
        except Exception as error:  # a broken install can raise anything
            channel.receive()
            channel.send({"unavailable": f"{type(error).__name__}: {error}"[:300]}, {})
            return
    child = Drawer(channel) if job == "drawer" else Rival(channel, job == "tensorflow")
    child.timed.align = memory.align
    child.serve()
