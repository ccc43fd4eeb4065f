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
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np

from grader import limits, wire

WORKER = Path(__file__).with_name("worker.py")
MAX_HEAD = 256 << 10
MAX_ANSWER = 80 << 20
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
    @property
    def pid(self) -> int:
        """The child's number as this process sees it."""

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
                        request = request[self._channel.send(request) :]
                        if not request:
                            self._selector.modify(self._channel, selectors.EVENT_READ)
                    if events & selectors.EVENT_READ:
                        part = self._channel.recv(min(wanted - len(received), 1 << 20))
                        if not part:
                            return self._failed("died", begin)
                        received += part
                except BlockingIOError:
                    continue
                except OSError:
                    return self._failed("died", begin)
            if sizes is None and len(received) == wanted:
                try:
                    sizes = wire.lengths(bytes(received), MAX_HEAD, MAX_ANSWER)
                except wire.WireError as error:
                    return self._failed("misbehaved", begin, str(error))
                wanted += sum(sizes)
        end = time.perf_counter()
        assert sizes is not None
        start = wire.LENGTHS.size
        try:
            said = wire.decode_head(bytes(received[start : start + sizes[0]]))
            body = wire.unpack(bytes(received[start + sizes[0] :])) if sizes[1] else {}
        except wire.WireError as error:
            return self._failed("misbehaved", begin, str(error))
        self._drain()
        return Reply("said", said, body, end - begin, self._text(), self._dropped)

    def cpu_seconds(self) -> float | None:
        """The processor time that the child has used so far, in all of its threads; None where the system hides it.

        Linux lets any process read another's clock, whose number is made of the process's (clock_gettime(2), and
        MAKE_PROCESS_CPUCLOCK in the kernel's posix-timers.h). What runs in the child has no say in it.
        """
        if not sys.platform.startswith("linux") or self._status is not None:
            return None
        try:
            return time.clock_gettime_ns((~self._process.pid << 3) | 2) / 1e9
        except OSError:
            return None

    def queued_seconds(self) -> float | None:
        """How long the child, or this process for it, was ready to run but had no processor, so far.

        None where the system does not tell.
        """
        queued = 0
        try:
            for process in (self._process.pid, "self"):
                with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
                    queued += int(file.read().split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return queued / 1e9

    def threads(self) -> int:
        """How many threads the child has, as the system sees it; 1 where it does not tell."""
        try:
            return len(os.listdir(f"/proc/{self._process.pid}/task"))
        except OSError:
            return 1

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

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.pid = pid

    def end(self, died: bool) -> int:
        return _command(self.control, b"d" if died else b"k", self.pid)


class _Started:
    """A child that is a fresh interpreter."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.pid = process.pid

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


def _command(control: socket.socket, command: bytes, number: int, *descriptors: int) -> int:
    try:
        message = command + wire.PID.pack(number)
        if descriptors:
            socket.send_fds(control, [message], list(descriptors))
        else:
            control.sendall(message)
        data = control.recv(wire.PID.size, socket.MSG_WAITALL)
    except OSError as error:
        raise PlayerError(f"The process that runs submissions does not answer ({error}).") from error
    if len(data) != wire.PID.size:
        raise PlayerError("The process that runs submissions ended unexpectedly.")
    return int(wire.PID.unpack(data)[0])


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


def trusted(code: str, environment: Mapping[str, str]) -> Child:
    """Start a program of the grader's own that answers messages as a child does, held back by nothing.

    code: Python; its arguments are the numbers of two inherited sockets, the channel and the output. On Windows, which
    inherits none, they come on standard input (see `grader.worker.main`).
    """
    folder = Path(tempfile.mkdtemp(prefix="grade-")).resolve()
    channel, theirs = socket.socketpair()
    output, printed = socket.socketpair()
    # -P: a file called numpy.py in the current folder must not be taken for NumPy.
    command = [sys.executable, "-P", "-c", code]
    try:
        if os.name == "posix":
            ends = [theirs.fileno(), printed.fileno()]
            process = subprocess.Popen(
                [*command, *map(str, ends)],
                stdin=subprocess.DEVNULL,
                stdout=printed.fileno(),
                stderr=printed.fileno(),
                env=environment,
                pass_fds=ends,
                start_new_session=True,
            )
        else:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
            )
            assert process.stdin is not None
            process.stdin.write(theirs.share(process.pid) + printed.share(process.pid))  # type: ignore[attr-defined]
            process.stdin.close()
    except OSError as error:
        channel.close()
        output.close()
        wipe(folder)
        raise PlayerError(f"Python could not be started ({error}).") from error
    finally:
        theirs.close()
        printed.close()
    return Child(_Started(process), channel, output, folder)


class Player:
    """Starts children. A context manager: leaving it ends everything that it started, and wipes the scratch folder."""

    def __init__(self, preload: bool = sys.platform.startswith("linux")) -> None:
        # Resolved: a child compares the names of files with what it was told.
        self._scratch = Path(tempfile.mkdtemp(prefix="grade-")).resolve()
        self._environment = limits.environment(os.environ, str(self._scratch))
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        if preload:
            try:
                self._preload()
            except BaseException:
                self.close()
                raise

    def _preload(self) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(START_SECONDS)
        with theirs:
            self._process = self._run(["preload", str(theirs.fileno())], [theirs.fileno()])

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
            pid = _command(self._control, b"f", cpu_seconds, theirs.fileno(), printed.fileno())
            return _Forked(self._control, pid)
        if os.name == "posix":
            ends = [theirs.fileno(), printed.fileno()]
            return _Started(self._run(["once", str(cpu_seconds), *map(str, ends)], ends))
        started = self._run(["once", str(cpu_seconds)], [], subprocess.PIPE)
        assert started.stdin is not None
        started.stdin.write(theirs.share(started.pid) + printed.share(started.pid))  # type: ignore[attr-defined]
        started.stdin.close()
        return _Started(started)

    def restart(self) -> None:
        """Replace a preloaded process that has failed."""
        if self._control is not None:
            self._stop()
            self._preload()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()  # at which the preloaded process ends its children, then itself
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """End everything that was started."""
        self._stop()
        wipe(self._scratch)

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
