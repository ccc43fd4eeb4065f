"""The parent's side of a child: start, send, wait, kill.

On Linux one preloaded process (see `grader.worker`) forks a fresh child for each exercise, in about two milliseconds;
where bubblewrap works, in namespaces of its own.
Elsewhere each child is a fresh interpreter: Accelerate on macOS does not survive a fork, and Windows has none.

Nothing that a child says is believed here but that it said it: the deadline, the clock and the kill are the parent's.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np

from grader import job, limits, namespaces, seatbelt, wire
from grader.scratch import wipe

WORKER = Path(__file__).with_name("worker.py")
CREDENTIALS = struct.Struct("3i")
"""How Linux tells who sent something: pid, user, group."""
MAX_HEAD = 256 << 10
MAX_ANSWER = 80 << 20
MAX_OUTPUT = 64 << 10
"""Bytes of what a learner's code prints that are kept for one case; the rest is counted and dropped."""
START_SECONDS = 60.0


def _python(script: str, *arguments: str) -> list[str]:
    # -I: no current folder, user site or PYTHON* variables; -B: no bytecode is written.
    return [sys.executable, "-I", "-B", script, *arguments]


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
    """One child process, for one exercise of one submission.

    pid: as this process sees it. folder: the child's own, as the child sees it.
    """

    def __init__(
        self, process: _Process, channel: socket.socket, output: socket.socket, pid: int, folder: Path
    ) -> None:
        self.pid = pid
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
            self._selector.close()
            self._channel.close()
            self._output.close()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Forked:
    """A child of the preloaded process, which knows it by a pid of its own."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.pid = pid

    def end(self, died: bool) -> int:
        return _command(self.control, b"d" if died else b"k", self.pid)


class _Started:
    """A child that is a fresh interpreter."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, job_handle: int | None) -> None:
        self.process = process
        self.folder = folder
        self.job = job_handle

    def end(self, died: bool) -> int:
        if died:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        status = self.process.wait()
        if self.job is not None:
            job.release(self.job)
            self.job = None
        wipe(str(self.folder))
        return status


def _send(control: socket.socket, command: bytes, number: int, *descriptors: int) -> None:
    try:
        socket.send_fds(control, [command + wire.PID.pack(number)], list(descriptors))
    except OSError as error:
        raise PlayerError(f"The process that runs submissions does not answer ({error}).") from error


def _receive(source: socket.socket, size: int) -> tuple[bytes, int | None]:
    """So many bytes from a process of ours that has run no code of a learner's, and the pid of who sent them.

    The kernel says the pid, as this process sees it; None where it does not say.
    """
    try:
        if not hasattr(socket, "SCM_CREDENTIALS"):
            data = b""
            while len(data) < size and (part := source.recv(size - len(data))):
                data += part
            ancillary: list[Any] = []
        else:
            room = socket.CMSG_SPACE(CREDENTIALS.size)
            data, ancillary, _, _ = source.recvmsg(size, room, socket.MSG_WAITALL)
    except OSError as error:
        raise PlayerError(f"The process that runs submissions does not answer ({error}).") from error
    if len(data) != size:
        raise PlayerError("The process that runs submissions ended unexpectedly.")
    pids = [CREDENTIALS.unpack(said)[0] for level, kind, said in ancillary if kind == socket.SCM_CREDENTIALS]
    return data, pids[0] if pids else None


def _greeted(channel: socket.socket) -> tuple[int, int | None]:
    """Wait for a new child's greeting: its pid as itself and as this process sees it."""
    greeting, sender = _receive(channel, wire.GREETING.size)
    error, pid = wire.GREETING.unpack(greeting)
    if error:
        raise PlayerError(f"There is no folder to run submissions in ({os.strerror(error)}).")
    return pid, sender


def _command(control: socket.socket, command: bytes, number: int) -> int:
    _send(control, command, number)
    return int(wire.PID.unpack(_receive(control, wire.PID.size)[0])[0])


class Player:
    """Starts children. A context manager: leaving it ends everything that it started, and wipes the scratch folder.

    preload: whether children are forked. isolate: whether to put these into namespaces, where that can be done.
    without: the layers that were tried in vain, with the reason.
    """

    def __init__(self, preload: bool = sys.platform.startswith("linux"), isolate: bool = False) -> None:
        limits.untraceable()
        self.without: dict[str, str] = {}
        self._preloads = preload
        self._isolate = isolate
        self._scratch: Path | None = None
        self._home = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._starting: threading.Thread | None = None
        self._ready = False
        self._closing = False
        if preload:
            try:
                self._preload()
            except BaseException:
                self.close()
                raise

    def _preload(self) -> None:
        self._ready = self._closing = False
        bubblewrap = namespaces.program() if self._isolate else None
        if bubblewrap is None:
            if self._isolate:
                self.without[limits.NAMESPACES] = "bubblewrap is not installed"
            self._preload_plainly()
            return
        self._control, theirs = socket.socketpair()
        with theirs:
            command = _python(f"{namespaces.CODE}/{WORKER.name}", "preload", str(theirs.fileno()), namespaces.SCRATCH)
            command = namespaces.wrapped(bubblewrap, command)
            self._home = namespaces.SCRATCH
            self._process = self._run(command, self._home, "/", [theirs.fileno()], stderr=subprocess.PIPE)
        # Whether it works is soon known, and looked for at once: without it another process has to start up.
        self._starting = threading.Thread(target=self._wait_or_preload_plainly, args=(self._control, self._process))
        self._starting.start()

    def _wait_or_preload_plainly(self, control: socket.socket, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + START_SECONDS
        control.settimeout(0.1)
        while not self._ready and time.monotonic() < until:
            try:
                self._ready = control.recv(1) == wire.READY
                break
            except TimeoutError:
                # Killed at the wrong moment, bubblewrap leaves a process that waits for it for good.
                if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    break
            except OSError:
                break
        control.settimeout(START_SECONDS)
        if self._ready or self._closing:
            return
        control.close()  # at which a preloaded process that started all the same ends
        with contextlib.suppress(ProcessLookupError):  # killed before it could lead a group
            os.killpg(process.pid, signal.SIGKILL)  # not waited for yet, so that the number is still its own
        _, errors = process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines() or ["it ended unexpectedly"]
        self.without[limits.NAMESPACES] = lines[-1].removeprefix("bwrap: ")[:200]
        with contextlib.suppress(PlayerError):  # which the first command meets too
            self._preload_plainly()

    def _preload_plainly(self) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(START_SECONDS)
        with theirs:
            self._home = str(self._folder())
            command = _python(str(WORKER), "preload", str(theirs.fileno()), self._home)
            self._process = self._run(command, self._home, self._home, [theirs.fileno()])

    def _folder(self) -> Path:
        """The scratch folder, which a child before may have thrown away."""
        try:
            if self._scratch is None:
                # Resolved: a child compares the names of files with what it was told.
                self._scratch = Path(tempfile.mkdtemp(prefix="grade-")).resolve()
            self._scratch.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise PlayerError(f"There is no folder to run submissions in ({error}).") from error
        return self._scratch

    def _run(
        self,
        command: list[str],
        home: str,
        folder: str,
        descriptors: list[int],
        stdin: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        environment = limits.environment(os.environ, home)
        if os.name == "posix":
            options: dict[str, Any] = {"start_new_session": True, "pass_fds": descriptors}
        else:
            # Past the program in a virtual environment that starts Python as a process of its own, as multiprocessing
            # does: sockets and the job are for the process that is started here.
            options = {"creationflags": job.SUSPENDED}
            environment["__PYVENV_LAUNCHER__"] = sys.executable
            command = [sys._base_executable, *command[1:]]  # type: ignore[attr-defined]
        try:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=folder,
                env=environment,
                **options,
            )
        except OSError as error:
            raise PlayerError(f"Python could not be started to run submissions ({error}).") from error

    def child(self, cpu_seconds: int) -> Child:
        """Start a child that may use `cpu_seconds` of processor time in all."""
        try:
            return self._child(cpu_seconds)
        except PlayerError as error:
            if not seatbelt.available() or limits.FILES in self.without:
                raise
            self.without[limits.FILES] = str(error)  # a profile that Python cannot start under is no use
            return self._child(cpu_seconds)

    def _child(self, cpu_seconds: int) -> Child:
        channel, theirs = socket.socketpair()
        output, printed = socket.socketpair()
        try:
            channel.settimeout(START_SECONDS)
            if hasattr(socket, "SO_PASSCRED"):
                channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            with theirs, printed:
                if not self._preloads:
                    return self._once(cpu_seconds, channel, output, theirs, printed)
                control = self._controlled()
                _send(control, b"f", cpu_seconds, theirs.fileno(), printed.fileno())
            # A process that dies now closes the child's end of the channel with its own.
            inside, outside = _greeted(channel)
            return Child(_Forked(control, inside), channel, output, outside or inside, Path(self._home, str(inside)))
        except BaseException:
            channel.close()
            output.close()
            raise

    def _once(
        self,
        cpu_seconds: int,
        channel: socket.socket,
        output: socket.socket,
        theirs: socket.socket,
        printed: socket.socket,
    ) -> Child:
        try:
            folder = Path(tempfile.mkdtemp(dir=self._folder()))
        except OSError as error:
            raise PlayerError(f"There is no folder to run submissions in ({error}).") from error
        command = _python(str(WORKER), "once", str(cpu_seconds))
        held: int | None = None
        if os.name == "posix":
            ends = [theirs.fileno(), printed.fileno()]
            command += map(str, ends)
            if seatbelt.available() and limits.FILES not in self.without:
                command = seatbelt.wrapped(command, folder)
            process = self._run(command, str(folder), str(folder), ends)
        else:
            process = self._run(command, str(folder), str(folder), [], subprocess.PIPE)
            held = job.hold(int(process._handle), cpu_seconds, limits.MEMORY)  # type: ignore[attr-defined]
            assert process.stdin is not None
            process.stdin.write(theirs.share(process.pid) + printed.share(process.pid))  # type: ignore[attr-defined]
            process.stdin.close()
        started = _Started(process, folder, held)
        theirs.close()
        printed.close()
        try:
            _greeted(channel)
        except BaseException:
            started.end(died=False)
            raise
        return Child(started, channel, output, process.pid, folder)

    def _controlled(self) -> socket.socket:
        """The control socket of a preloaded process that is ready."""
        if self._starting is not None:
            self._starting.join()
            self._starting = None
        if self._control is None or self._control.fileno() < 0:
            raise PlayerError("The process that runs submissions could not be started.")
        if not self._ready:
            self._ready = _receive(self._control, len(wire.READY))[0] == wire.READY
        return self._control

    def restart(self) -> None:
        """Replace a preloaded process that has failed."""
        if self._preloads:
            self._stop()
            self._preload()

    def _stop(self) -> None:
        self._closing = True
        if self._starting is not None:
            if self._control is not None:
                with contextlib.suppress(OSError):
                    self._control.shutdown(socket.SHUT_RDWR)
            self._starting.join()
            self._starting = None
        if self._control is not None:
            self._control.close()  # at which the preloaded process ends its children, then itself
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()

    def close(self) -> None:
        """End everything that was started."""
        self._stop()
        if self._scratch is not None:
            wipe(str(self._scratch))

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
