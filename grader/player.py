"""Who runs learners' code: starts a child for each exercise, and ends everything that was started.

On Linux one preloaded process (see `grader.worker`) forks a fresh child for each exercise, in about two milliseconds;
where bubblewrap works, in namespaces of its own.
Elsewhere each child is a fresh interpreter: Accelerate on macOS does not survive a fork, and Windows has none.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from grader import job, launch, limits, seatbelt
from grader.launch import START_SECONDS, PlayerError, python
from grader.preloaded import Preloaded, greeted
from grader.scratch import wipe

if TYPE_CHECKING:  # it imports NumPy: there is time for that while the preloaded process starts up
    from grader.child import Child


class _Forked:
    """A child of the preloaded process, which knows it by a pid of its own."""

    def __init__(self, preloaded: Preloaded, pid: int) -> None:
        self.preloaded = preloaded
        self.pid = pid

    def end(self, died: bool) -> int:
        return self.preloaded.end(self.pid, died)


class _Started:
    """A child that is a fresh interpreter."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, job_handle: int | None) -> None:
        self.process = process
        self.folder = folder
        self.job = job_handle

    def end(self, died: bool) -> int:
        status = launch.end(self.process, died)
        if self.job is not None:
            job.release(self.job)
            self.job = None
        wipe(str(self.folder))
        return status


class Player:
    """Starts children. A context manager: leaving it ends everything that it started, and wipes the scratch folder.

    preload: whether children are forked. isolate: whether to put these into namespaces, where that can be done.
    restarts: how often the preloaded process was replaced.
    """

    def __init__(self, preload: bool = sys.platform.startswith("linux"), isolate: bool = False) -> None:
        limits.untraceable()
        self._isolate = isolate
        self._scratch: Path | None = None
        self._without: dict[str, str] = {}
        self._lock = threading.Lock()
        self._proving = threading.Lock()
        self._started: weakref.WeakSet[_Started] = weakref.WeakSet()
        self._stopped = False
        self.restarts = 0
        self._layers: list[str] = []
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._preloaded: Preloaded | None = None
        if preload:
            try:
                self._preloaded = Preloaded(self._folder, isolate)
            except BaseException:
                self.close()
                raise

    @property
    def without(self) -> dict[str, str]:
        """The layers that were tried in vain, with the reason."""
        return self._without if self._preloaded is None else self._preloaded.without

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

    def prove(self) -> None:
        """Begin to find out what `layers` says, while the caller does other things."""

        def find() -> None:
            with contextlib.suppress(PlayerError):  # which `layers` meets again
                self.layers()

        threading.Thread(target=find, daemon=True).start()

    def layers(self) -> list[str]:
        """What holds children back, found once, by one that has run no code of a learner's."""
        with self._proving:
            if not self._layers:
                restarts = self.restarts
                try:
                    self._layers = self._proven()
                except PlayerError:
                    self.restart(restarts)
                    self._layers = self._proven()
            return self._layers

    def _proven(self) -> list[str]:
        with self.child(cpu_seconds=60) as child:
            return child.layers()

    def child(self, cpu_seconds: int) -> Child:
        """Start a child that may use `cpu_seconds` of processor time in all."""
        try:
            return self._child(cpu_seconds)
        except PlayerError as error:
            if not seatbelt.available() or limits.FILES in self._without:
                raise
            self._without[limits.FILES] = str(error)  # a profile that Python cannot start under is no use
            return self._child(cpu_seconds)

    def _child(self, cpu_seconds: int) -> Child:
        from grader.child import Child

        if self._stopped:
            raise PlayerError("The processes that run submissions were stopped.")
        channel, theirs = socket.socketpair()
        output, printed = socket.socketpair()
        try:
            if hasattr(socket, "SO_PASSCRED"):
                channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            if self._preloaded is None:
                with theirs, printed:
                    started = self._once(cpu_seconds, theirs, printed)
                channel.settimeout(START_SECONDS)
                try:
                    greeted(channel)
                except BaseException:
                    started.end(died=False)
                    raise
                return Child(started, channel, output, self._bell, started.process.pid, started.folder)
            preloaded = self._preloaded
            inside, outside = preloaded.fork(cpu_seconds, channel, theirs, printed)
            folder = Path(preloaded.home, str(inside))
            return Child(_Forked(preloaded, inside), channel, output, self._bell, outside, folder)
        except BaseException:
            channel.close()
            output.close()
            raise

    def _once(self, cpu_seconds: int, theirs: socket.socket, printed: socket.socket) -> _Started:
        try:
            folder = Path(tempfile.mkdtemp(dir=self._folder()))
        except OSError as error:
            raise PlayerError(f"There is no folder to run submissions in ({error}).") from error
        command = python(str(launch.WORKER), "once", str(cpu_seconds))
        held: int | None = None
        if os.name == "posix":
            ends = [theirs.fileno(), printed.fileno()]
            command += map(str, ends)
            if seatbelt.available() and limits.FILES not in self._without:
                command = seatbelt.wrapped(command, folder)
            process = launch.start(command, str(folder), str(folder), ends)
        else:
            process = launch.start(command, str(folder), str(folder), [], subprocess.PIPE)
            held = job.hold(int(process._handle), cpu_seconds, limits.MEMORY)  # type: ignore[attr-defined]
            launch.hand_over(process, theirs, printed)
        started = _Started(process, folder, held)
        self._started.add(started)
        return started

    def abandon(self) -> None:
        """From any thread: whoever waits for a child's answer, or asks for one, gets Abandoned; until `resume`."""
        with contextlib.suppress(BlockingIOError):  # as full of rings as can be
            self._rope.send(b"x")

    def resume(self) -> None:
        """Take children's answers again."""
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass

    def restart(self, restarts: int) -> None:
        """Replace a preloaded process that has failed, unless another thread has.

        restarts: what `self.restarts` was before the failure.
        """
        with self._lock:
            if self._preloaded is not None and self.restarts == restarts and not self._stopped:
                self._preloaded.stop()
                self._preloaded = Preloaded(self._folder, self._isolate)
                self._layers = []
                self.restarts += 1

    def stop(self) -> None:
        """End all children, at once and for good; who waits for one hears that it died."""
        self._stopped = True
        with self._lock:
            if self._preloaded is not None:
                self._preloaded.stop()
        for started in list(self._started):
            started.process.kill()

    def close(self) -> None:
        """End everything that was started."""
        self.stop()
        with self._proving:  # whose child has died by now
            pass
        self._bell.close()
        self._rope.close()
        if self._scratch is not None:
            wipe(str(self._scratch))

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
