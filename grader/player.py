"""The parent's side of a child: start, send, wait, kill.

On Linux one preloaded process (see `grader.worker`) forks a fresh child for each exercise, in about two milliseconds.
Elsewhere each child is a fresh interpreter: Accelerate on macOS does not survive a fork, and Windows has none.

Nothing that a child says is believed here but that it said it: the deadline, the clock and the kill are the parent's.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from grader import limits

if TYPE_CHECKING:
    import numpy as np

WORKER = Path(__file__).with_name("worker.py")
MAX_HEAD = 256 << 10
MAX_ANSWER = 80 << 20
MAX_NAMES = 4 << 10
"""Bytes that describe the arrays of an answer, which is one array."""
MAX_OUTPUT = 64 << 10
"""Bytes of what a learner's code prints that are kept for one case; the rest is counted and dropped."""
START_SECONDS = 60.0


class PlayerError(Exception):
    """The grader's own processes failed, not the learner's code."""


@dataclass(frozen=True)
class Reply:
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


class _Process(Protocol):
    def end(self, died: bool) -> int:
        """Kill the child and all it left; its exit status."""


class Child:
    """One child process, for one exercise of one submission."""

    def __init__(self, process: _Process, channel: socket.socket, output: socket.socket, folder: Path) -> None:
        self.folder = folder
        self._process = process
        self._channel = channel
        self._output = output
        self._channel.setblocking(False)
        self._output.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._selector.register(output, selectors.EVENT_READ)
        self._printed = bytearray()
        self._dropped = 0
        self._printing = True
        self._status: int | None = None

    def ask(self, head: Mapping[str, Any], arrays: Mapping[str, np.ndarray], seconds: float) -> Reply:
        """Send a message and wait for the answer, `seconds` at most. A child that fails to answer is ended."""
        from grader import wire  # NumPy is imported while the preloaded process starts up

        self._printed.clear()
        self._dropped = 0
        if self._status is not None:
            return self._failed("died", time.perf_counter())
        request = memoryview(wire.encode(head, arrays))
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

    def layers(self) -> list[str]:
        """What holds the child back, by its own word: to be asked before it has run any code of a learner's."""
        canary = self.folder.with_name(f"{self.folder.name}-canary")
        canary.write_bytes(b"")
        reply = self.ask({"layers": True, "folder": str(self.folder), "canary": str(canary)}, {}, START_SECONDS)
        if reply.outcome != "said":
            raise PlayerError(f"A child for a submission could not be started ({reply.outcome} {reply.reason}).")
        return [str(layer) for layer in reply.head["layers"]]

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
            self._selector.close()
            self._channel.close()
            self._output.close()
            wipe(self.folder)

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Forked:
    """A child of the preloaded process."""

    def __init__(self, control: _Control, pid: int) -> None:
        self.control = control
        self.pid = pid

    def end(self, died: bool) -> int:
        return self.control.command(b"d" if died else b"k", self.pid)


class _Started:
    """A child that is a fresh interpreter."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def end(self, died: bool) -> int:
        if died:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()


class _Control:
    """The preloaded process, as it is commanded: by one thread at a time."""

    def __init__(self, run: Callable[[list[str], list[int]], subprocess.Popen[bytes]]) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(START_SECONDS)
        with theirs:
            try:
                self._process = run(["preload", str(theirs.fileno())], [theirs.fileno()])
            except BaseException:
                self._socket.close()
                raise

    def command(self, command: bytes, number: int, *descriptors: int) -> int:
        """Send a command and its number; the number that is answered."""
        from grader.wire import PID

        message = command + PID.pack(number)
        with self._lock:
            try:
                if descriptors:
                    socket.send_fds(self._socket, [message], list(descriptors))
                else:
                    self._socket.sendall(message)
                data = self._socket.recv(PID.size, socket.MSG_WAITALL)
            except OSError as error:
                raise PlayerError(f"The process that runs submissions does not answer ({error}).") from error
        if len(data) != PID.size:
            raise PlayerError("The process that runs submissions ended unexpectedly.")
        return int(PID.unpack(data)[0])

    def stop(self) -> None:
        """Have the process end its children, then itself. A thread that waits for an answer hears that it is gone."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with self._lock:
            self._socket.close()


def wipe(folder: Path) -> None:
    """Remove a folder in which a learner's code has been at work: however deep, whatever rights it took from itself."""
    mark, number = os.urandom(8).hex(), 0
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)
        while entries := list(os.scandir(folder)):
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                    continue
                # What is inside moves up, so that no path grows too long and nothing is called again and again.
                os.chmod(entry.path, 0o700)
                for inner in list(os.scandir(entry.path)):
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)
                    number += 1
                    os.rename(inner.path, folder / f"{mark}{number}")
                os.rmdir(entry.path)
        os.rmdir(folder)


class Player:
    """Starts children. A context manager: leaving it ends everything that it started, and wipes the scratch folder."""

    def __init__(self, preload: bool = sys.platform.startswith("linux")) -> None:
        # Resolved: a child compares the names of files with what it was told.
        self._scratch = Path(tempfile.mkdtemp(prefix="grade-")).resolve()
        self._environment = limits.environment(os.environ, str(self._scratch))
        self._control: _Control | None = None
        self._lock = threading.Lock()
        self._started: weakref.WeakSet[_Started] = weakref.WeakSet()
        self._stopped = False
        self.restarts = 0
        if preload:
            try:
                self._control = _Control(self._run)
            except BaseException:
                self.close()
                raise

    def _run(
        self, arguments: list[str], descriptors: list[int], stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        # -I: no current folder, user site or PYTHON* variables; -B: no bytecode is written.
        command = [sys.executable, "-I", "-B", str(WORKER), *arguments]
        options: dict[str, Any] = {"start_new_session": True, "pass_fds": descriptors} if os.name == "posix" else {}
        try:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._scratch,
                env=self._environment,
                **options,
            )
        except OSError as error:
            raise PlayerError(f"Python could not be started to run submissions ({error}).") from error

    def child(self, cpu_seconds: int) -> Child:
        """Start a child that may use `cpu_seconds` of processor time in all."""
        try:
            self._scratch.mkdir(mode=0o700, exist_ok=True)  # the child before may have thrown it away
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
        except OSError as error:
            raise PlayerError(f"There is no folder to run submissions in ({error}).") from error
        channel, theirs = socket.socketpair()
        output, printed = socket.socketpair()
        try:
            process = self._begin(cpu_seconds, theirs, printed)
        except BaseException:
            channel.close()
            output.close()
            raise
        finally:
            theirs.close()
            printed.close()
        return Child(process, channel, output, folder)

    def _begin(self, cpu_seconds: int, theirs: socket.socket, printed: socket.socket) -> _Process:
        if self._control is not None:
            pid = self._control.command(b"f", cpu_seconds, theirs.fileno(), printed.fileno())
            return _Forked(self._control, pid)
        if os.name == "posix":
            ends = [theirs.fileno(), printed.fileno()]
            started = _Started(self._run(["once", str(cpu_seconds), *map(str, ends)], ends))
        else:
            process = self._run(["once", str(cpu_seconds)], [], subprocess.PIPE)
            assert process.stdin is not None
            process.stdin.write(theirs.share(process.pid) + printed.share(process.pid))  # type: ignore[attr-defined]
            process.stdin.close()
            started = _Started(process)
        self._started.add(started)
        return started

    def restart(self, restarts: int) -> None:
        """Replace a preloaded process that has failed, unless another thread has.

        restarts: what `self.restarts` was before the failure.
        """
        with self._lock:
            if self._control is not None and self.restarts == restarts and not self._stopped:
                self._control.stop()
                self._control = _Control(self._run)
                self.restarts += 1

    def stop(self) -> None:
        """End all children, at once and for good; who waits for one hears that it died."""
        self._stopped = True
        with self._lock:
            if self._control is not None:
                self._control.stop()
        for started in list(self._started):
            started.process.kill()

    def close(self) -> None:
        """End everything that was started."""
        self.stop()
        wipe(self._scratch)

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
