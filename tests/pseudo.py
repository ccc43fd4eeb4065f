"""A pseudo-terminal with a program in it, read as a person would: what stands on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

DEADLINE = 40.0
"""Seconds until a test gives up waiting. Nothing is asserted about time itself."""


class _Screen(pyte.Screen):
    """With an alternate screen, as far as that begins and ends empty."""

    def set_mode(self, *modes: int, **more: bool) -> None:
        super().set_mode(*modes, **more)
        self._empty(modes)

    def reset_mode(self, *modes: int, **more: bool) -> None:
        super().reset_mode(*modes, **more)
        self._empty(modes)

    def _empty(self, modes: tuple[int, ...]) -> None:
        if 1049 in modes:
            self.erase_in_display(2)
            self.cursor_position()


class Terminal:
    """Runs `command` in a session of its own on a pseudo-terminal. A context manager: leaving it ends the program."""

    def __init__(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], columns: int = 80, lines: int = 24
    ) -> None:
        self.screen = _Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        # Opened here, and kept open, so that the terminal can be looked at when the program has ended.
        self.terminal, self._inner = pty.openpty()
        self._size(columns, lines)
        self.before = termios.tcgetattr(self._inner)
        self.pid = os.fork()
        if not self.pid:
            try:
                os.login_tty(self._inner)
                os.chdir(cwd)
                os.execvpe(command[0], list(command), dict(env))
            finally:
                os._exit(127)
        self.status: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.wait()
            except AssertionError:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise
        os.close(self.terminal)
        os.close(self._inner)

    def _size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, columns: int, lines: int) -> None:
        """As when somebody pulls at the window's corner."""
        self.screen.resize(lines, columns)
        self._size(columns, lines)
        os.kill(self.pid, signal.SIGWINCH)  # as the kernel does for the group in the foreground

    def settings(self) -> list[Any]:
        """The terminal's settings as they are now."""
        return termios.tcgetattr(self._inner)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.terminal, keys.encode())

    def read(self, seconds: float = 0.05) -> None:
        """Take in what was written."""
        while select.select([self.terminal], [], [], seconds)[0]:
            data = os.read(self.terminal, 1 << 16)
            self.raw += data
            self._stream.feed(data)
            seconds = 0.0

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, wanted: str | Callable[[str], Any]) -> str:
        """Wait for a text, however broken into lines, or a condition, to stand on the screen; all that stands there."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            text = self.text
            if wanted in " ".join(text.split()) if isinstance(wanted, str) else wanted(text):
                return text
            self.read()
        raise AssertionError(f"{wanted!r} did not come; on the screen:\n{self.text}")

    def wait(self) -> int:
        """Wait for the program's end; its exit status, negative for a signal."""
        end = time.monotonic() + DEADLINE
        while self.status is None and time.monotonic() < end:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        self.read(0.0)
        assert self.status is not None, f"it did not end; on the screen:\n{self.text}"
        return self.status
