"""The preloaded process: it holds NumPy ready and forks a child for each exercise; in namespaces where that works."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader import launch, limits, namespaces
from grader.control import GREETING, PID, READY
from grader.launch import START_SECONDS, PlayerError, python

if TYPE_CHECKING:
    from concurrent.futures import Future

ANSWER_SECONDS = 10.0
"""How long the process may take for what it is asked once it is ready, and does in milliseconds."""
CREDENTIALS = struct.Struct("3i")
"""How Linux tells who sent something: pid, user, group."""


class Preloaded:
    """The process, as it is commanded: by one thread at a time.

    folder: gives the scratch folder of a process without namespaces. isolate: whether to use namespaces where that can
    be done. home: the folder that holds the children's own, as these see it. without: the layers that were tried in
    vain, with the reason.
    """

    def __init__(self, folder: Callable[[], Path], isolate: bool) -> None:
        self.home = ""
        self.without: dict[str, str] = {}
        self._folder = folder
        self._lock = threading.Lock()
        self._ready = self._stopping = False
        self._starting: Future[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._children: dict[
            int, int
        ] = {}  # pid as the process knows it -> what can be signalled, whatever becomes of it
        try:
            self._start(isolate)
        except BaseException:
            self.stop()
            raise

    def _start(self, isolate: bool) -> None:
        bubblewrap = namespaces.program() if isolate else None
        if bubblewrap is None:
            if isolate:
                self.without[limits.NAMESPACES] = "bubblewrap is not installed"
            self._start_plainly()
            return
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = python(
                f"{namespaces.CODE}/{launch.WORKER.name}", "preload", str(theirs.fileno()), namespaces.SCRATCH
            )
            command = namespaces.wrapped(bubblewrap, command)
            self.home = namespaces.SCRATCH
            self._process = launch.start(command, self.home, "/", [theirs.fileno()], stderr=subprocess.PIPE)
        # Whether it works is soon known, and looked for at once: without it another process has to start up.
        from concurrent.futures import ThreadPoolExecutor  # there is time for it now

        # Not by a thread's `join`: once interrupted, it takes the thread for ended before it is.
        pool = ThreadPoolExecutor(1)
        self._starting = pool.submit(self._wait_or_start_plainly, self._socket, self._process)
        pool.shutdown(wait=False)

    def _wait_or_start_plainly(self, control: socket.socket, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + START_SECONDS
        control.settimeout(0.1)
        while not self._ready and time.monotonic() < until:
            try:
                self._ready = control.recv(1) == READY
                break
            except TimeoutError:
                # Killed at the wrong moment, bubblewrap leaves a process that waits for it for good.
                if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    break
            except OSError:
                break
        control.settimeout(START_SECONDS)
        if self._ready or self._stopping:
            return
        control.close()  # at which a preloaded process that started all the same ends
        with contextlib.suppress(ProcessLookupError):  # killed before it could lead a group
            os.killpg(process.pid, signal.SIGKILL)  # not waited for yet, so that the number is still its own
        _, errors = process.communicate()
        lines = errors.decode("utf-8", "replace").strip().splitlines() or ["it ended unexpectedly"]
        self.without[limits.NAMESPACES] = lines[-1].removeprefix("bwrap: ")[:200]
        with contextlib.suppress(PlayerError):  # which the first command meets too
            self._start_plainly()

    def _start_plainly(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(START_SECONDS)
        with theirs:
            self.home = str(self._folder())
            command = python(str(launch.WORKER), "preload", str(theirs.fileno()), self.home)
            self._process = launch.start(command, self.home, self.home, [theirs.fileno()])

    def fork(
        self, cpu_seconds: int, channel: socket.socket, theirs: socket.socket, printed: socket.socket
    ) -> tuple[int, int]:
        """Have a child forked that may use `cpu_seconds`; its pid as the process knows it, and as this one sees it.

        theirs, printed: the child's ends of the channel and of its output; closed here, so that a process that dies now
        closes the child's end with its own.
        """
        with self._lock, theirs, printed:
            control = self._controlled()
            try:
                socket.send_fds(control, [b"f" + PID.pack(cpu_seconds)], [theirs.fileno(), printed.fileno()])
            except OSError as error:
                raise _silent(error) from error
        channel.settimeout(ANSWER_SECONDS)
        inside, outside = greeted(channel)
        with contextlib.suppress(OSError, AttributeError):  # where the system has no such thing
            self._children[inside] = os.pidfd_open(outside or inside)
        return inside, outside or inside

    def end(self, pid: int, died: bool) -> int:
        """Kill a child by the number that the process knows, and all it left, and wipe its folder; its exit status.

        died: it seems to have ended by itself, and gets a moment to do so.
        """
        with self._lock:
            control = self._controlled()
            try:
                control.sendall((b"d" if died else b"k") + PID.pack(pid))
            except OSError as error:
                raise _silent(error) from error
            status = int(PID.unpack(_receive(control, PID.size)[0])[0])
            if (child := self._children.pop(pid, None)) is not None:
                os.close(child)
            return status

    def _controlled(self) -> socket.socket:
        """The socket of a process that is ready."""
        if self._starting is not None:
            self._starting.result()
        if self._socket is None or self._socket.fileno() < 0:
            raise PlayerError("The process that runs submissions could not be started.")
        if not self._ready:
            self._ready = _receive(self._socket, len(READY))[0] == READY
        self._socket.settimeout(ANSWER_SECONDS)
        return self._socket

    def stop(self) -> None:
        """Have the process end its children, then itself. A thread that waits for an answer hears that it is gone."""
        self._stopping = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        with self._lock:
            if self._starting is not None:
                self._starting.exception()
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
                self._socket.close()
            if self._process is not None:
                try:
                    self._process.wait(5)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    for child in self._children.values():  # one that traces the process keeps it from ending
                        with contextlib.suppress(OSError):
                            signal.pidfd_send_signal(child, signal.SIGKILL)
                    self._process.wait()
                if self._process.stderr is not None:
                    self._process.stderr.close()
            while self._children:
                os.close(self._children.popitem()[1])


def _silent(error: OSError) -> PlayerError:
    return PlayerError(f"The process that runs submissions does not answer ({error}).")


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
        raise _silent(error) from error
    if len(data) != size:
        raise PlayerError("The process that runs submissions ended unexpectedly.")
    pids = [CREDENTIALS.unpack(said)[0] for level, kind, said in ancillary if kind == socket.SCM_CREDENTIALS]
    return data, pids[0] if pids else None


def greeted(channel: socket.socket) -> tuple[int, int | None]:
    """Wait for a new child's greeting: its pid as itself and as this process sees it."""
    greeting, sender = _receive(channel, GREETING.size)
    error, pid = GREETING.unpack(greeting)
    if error:
        raise PlayerError(f"There is no folder to run submissions in ({os.strerror(error)}).")
    return pid, sender
