"""A pseudo-terminal with a program in it, read as a person would: what stands on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

DEADLINE = 120.0
"""Seconds until a test gives up waiting. Nothing is asserted about time itself."""


TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes standard input the terminal of a session, and goes on as another program."""


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
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", TAKE, *command],
            stdin=self._inner,
            stdout=self._inner,
            stderr=self._inner,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
        )
        self.pid = self.process.pid

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGCONT)
                self.process.terminate()
                self.wait()
        finally:
            self.process.kill()
            self.process.wait()
            self.hang_up()

    def hang_up(self) -> None:
        """As when somebody closes the window."""
        for descriptor in (self._inner, self.terminal) if self.terminal >= 0 else ():
            os.close(descriptor)
        self.terminal = self._inner = -1

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
        if self.terminal < 0:
            time.sleep(seconds)
            return
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
        while self.process.poll() is None and time.monotonic() < end:
            self.read()
        self.read(0.0)
        assert self.process.returncode is not None, f"it did not end; on the screen:\n{self.text}"
        return self.process.returncode
