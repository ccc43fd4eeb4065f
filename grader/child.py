"""The parent's talk with a child: ask, wait, end.

Nothing that a child says is believed here but that it said it: the deadline, the clock and the kill are the parent's.
"""

from __future__ import annotations

import contextlib
import io
import os
import selectors
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol

import numpy as np

from grader import namespaces, wire
from grader.launch import START_SECONDS, PlayerError

MAX_HEAD = 256 << 10
MAX_ANSWER = 80 << 20
MAX_NAMES = 4 << 10
"""Bytes that describe the arrays of an answer, which is one array."""
MAX_OUTPUT = 64 << 10
"""Bytes of what a learner's code prints that are kept for one case; the rest is counted and dropped."""


class Abandoned(Exception):  # noqa: N818  nothing went wrong
    """Another thread wants no answer any more (see `Player.abandon`)."""


class Reply(NamedTuple):
    """A child's answer to one message.

    outcome: "said" (a well-formed frame came), "timeout", "died" (the channel closed) or "misbehaved" (bytes that are
        no frame, or that came unasked).
    status: how a child that died ended: its exit status, negative for a signal.
    seconds: from the first byte sent to the last byte held.
    output: what was printed meanwhile, as text, at most MAX_OUTPUT bytes of it; `dropped` bytes more were printed.
    """

    outcome: str
    head: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]
    seconds: float
    output: str = ""
    dropped: int = 0
    status: int = 0
    reason: str = ""


class Process(Protocol):
    """What runs a child: a process that can be ended."""

    def end(self, died: bool) -> int:
        """Kill the child and all it left; its exit status."""


class Child:
    """One child process, for one exercise of one submission.

    pid: as this process sees it. bell: what can be read once nobody wants an answer. folder: the child's own, as the
    child sees it.
    """

    def __init__(
        self,
        process: Process,
        channel: socket.socket,
        output: socket.socket,
        bell: socket.socket,
        pid: int,
        folder: Path,
    ) -> None:
        self.pid = pid
        self.folder = folder
        self._bell = bell
        self._process = process
        self._channel = channel
        self._output = output
        self._channel.setblocking(False)
        self._output.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._selector.register(output, selectors.EVENT_READ)
        self._selector.register(bell, selectors.EVENT_READ)
        self._printed = bytearray()
        self._dropped = 0
        self._printing = True
        self._status: int | None = None
        self._queues: list[io.FileIO] = []

    def ask(self, head: Mapping[str, Any], arrays: Mapping[str, np.ndarray], seconds: float) -> Reply:
        """Send a message and wait for the answer, as `ask_frame` does."""
        return self.ask_frame(wire.encode(head, arrays), seconds)

    def ask_frame(self, frame: bytes, seconds: float) -> Reply:
        """Send a frame and wait for the answer, `seconds` at most. A child that fails to answer is ended.

        Raises Abandoned where nobody wants the answer any more.
        """
        self._printed.clear()
        self._dropped = 0
        if self._status is not None:
            return self._failed("died", time.perf_counter())
        request = memoryview(frame)
        begin = time.perf_counter()
        try:
            if self._channel.recv(1, socket.MSG_PEEK):
                return self._failed("misbehaved", begin, "it wrote to the grader's channel unasked")
            return self._failed("died", begin)
        except BlockingIOError:
            pass  # nothing waits, as it should be
        except OSError:
            return self._failed("died", begin)
        received = bytearray()
        wanted = wire.LENGTHS.size
        sizes: tuple[int, int] | None = None
        request = self._send(request)
        if request:
            self._selector.modify(self._channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while len(received) < wanted:
            left = begin + seconds - time.perf_counter()
            if left <= 0:
                return self._failed("timeout", begin)
            for key, events in self._selector.select(left):
                if key.fileobj is self._bell:
                    raise Abandoned
                if key.fileobj is self._output:
                    self._drain()
                    continue
                try:
                    if events & selectors.EVENT_WRITE and request:
                        request = self._send(request)
                        if not request:
                            self._selector.modify(self._channel, selectors.EVENT_READ)
                    while events & selectors.EVENT_READ and len(received) < wanted:
                        part = self._channel.recv(min(wanted - len(received), 1 << 20))
                        if not part:
                            return self._failed("died", begin)
                        received += part
                        if sizes is None and len(received) == wanted:
                            sizes = wire.lengths(bytes(received), MAX_HEAD, MAX_ANSWER)
                            wanted += sum(sizes)
                except BlockingIOError:
                    continue
                except OSError:
                    return self._failed("died", begin)
                except wire.WireError as error:
                    return self._failed("misbehaved", begin, str(error))
        end = time.perf_counter()
        assert sizes is not None
        start = wire.LENGTHS.size
        try:
            said = wire.decode_head(bytes(received[start : start + sizes[0]]))
            body = wire.unpack(bytes(received[start + sizes[0] :]), max_names=MAX_NAMES) if sizes[1] else {}
        except wire.WireError as error:
            return self._failed("misbehaved", begin, str(error))
        self._drain()
        return Reply("said", said, body, end - begin, self._text(), self._dropped)

    def _send(self, request: memoryview) -> memoryview:
        """Send what goes out without waiting; what is left of it."""
        try:
            return request[self._channel.send(request) :]
        except BlockingIOError:
            return request
        except OSError:  # the other end is closed, which reading will find
            return request[len(request) :]

    def cpu_seconds(self) -> float | None:
        """The processor time that the child has used so far, in all of its threads; None where the system hides it.

        Linux lets any process read another's clock, whose number is made of the process's (clock_gettime(2), and
        MAKE_PROCESS_CPUCLOCK in the kernel's posix-timers.h). What runs in the child has no say in it.
        """
        if not sys.platform.startswith("linux") or self._status is not None:
            return None
        try:
            return time.clock_gettime_ns((~self.pid << 3) | 2) / 1e9
        except OSError:
            return None

    def queued_seconds(self) -> float | None:
        """How long the child, or this process for it, was ready to run but had no processor, so far.

        None where the system does not tell.
        """
        queued = 0
        try:
            if not self._queues:  # kept open: a call is about to be timed, and opening them takes a while
                self._queues = [io.FileIO(f"/proc/{process}/schedstat") for process in (self.pid, "self")]
            for file in self._queues:
                file.seek(0)
                queued += int(file.read(100).split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return queued / 1e9

    def run_on(self, processor: int) -> None:
        """Have the child run on this processor from now on, where the system lets one choose."""
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setaffinity(self.pid, {processor})

    def threads(self) -> int:
        """How many threads the child has, as the system sees it; 1 where it does not tell."""
        try:
            return len(os.listdir(f"/proc/{self.pid}/task"))
        except OSError:
            return 1

    def layers(self) -> list[str]:
        """What holds the child back, found by trying: to be asked before it has run any code of a learner's."""
        outside = namespaces.own() if sys.platform.startswith("linux") else {}
        reply = self.ask({"layers": {"outside": outside, "file": __file__}}, {}, START_SECONDS)
        layers = reply.head.get("layers")
        if not isinstance(layers, list):
            raise PlayerError(f"A child for a submission could not be started ({reply.outcome} {reply.reason}).")
        return [str(layer) for layer in layers]

    def _drain(self) -> None:
        """Take what was printed so far; what is over the limit is counted only."""
        taken = 0
        while (
            self._printing and taken < 64 * MAX_OUTPUT
        ):  # others want the parent's time too: the rest at the next turn
            try:
                part = self._output.recv(1 << 16)
            except BlockingIOError:
                return
            except OSError:
                part = b""
            if not part:
                self._printing = False
                self._selector.unregister(self._output)
                return
            room = MAX_OUTPUT - len(self._printed)
            self._printed += part[:room]
            self._dropped += max(0, len(part) - room)
            taken += len(part)

    def _text(self) -> str:
        return self._printed.decode("utf-8", "replace")

    def _failed(self, outcome: str, begin: float, reason: str = "") -> Reply:
        status = self.end(died=outcome == "died")
        self._drain()
        return Reply(outcome, {}, {}, time.perf_counter() - begin, self._text(), self._dropped, status, reason)

    def end(self, died: bool = False) -> int:
        """Kill the child, its process group and what it left running; its exit status, negative for a signal."""
        if self._status is None:
            self._status = self._process.end(died)
        return self._status

    def close(self) -> None:
        """End the child and let go of its descriptors."""
        try:
            self.end()
        finally:
            for file in self._queues:
                file.close()
            self._selector.close()
            self._channel.close()
            self._output.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
