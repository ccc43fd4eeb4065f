"""A terminal as a screen that stays: whole pictures out, keys in, and as it was before, however it ends."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any

WINDOWS = sys.platform == "win32"
if sys.platform == "win32":
    import msvcrt
else:
    import termios

ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
"""Signals at which to end in good order; the last is Windows'."""
OTHERS = ("SIGTSTP", "SIGCONT", "SIGWINCH")

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l\x1b[2J", "\x1b[0m\x1b[?25h\x1b[?1049l"
"""To the alternate screen, without a cursor; and back."""

KEYS = {
    "\x1b": "escape",
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    " ": "page down",
    "\xe0H": "up",
    "\xe0P": "down",
    "\xe0I": "page up",
    "\xe0Q": "page down",
}
"""What terminals send for keys that are no letters; the last four are Windows'."""
_ONE_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.)?|[\xe0\0].|.", re.DOTALL)


class Bell:
    """Rung by threads and signals; heard by whoever waits for it."""

    def __init__(self) -> None:
        self._ear, self._rope = socket.socketpair()
        self._ear.setblocking(False)
        self._rope.setblocking(False)

    def fileno(self) -> int:
        """To be waited for."""
        return self._ear.fileno()

    def rope(self) -> int:
        """To be written to."""
        return self._rope.fileno()

    def ring(self) -> None:
        """From any thread."""
        with contextlib.suppress(OSError):  # as full of rings as can be, or closed
            self._rope.send(b"x")

    def hush(self) -> None:
        """Forget the rings heard so far."""
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass

    def close(self) -> None:
        """Let go of its descriptors."""
        self._ear.close()
        self._rope.close()


class Signals:
    """While it is entered, signals ring the bell and are kept, so that nothing is broken off in the middle."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._heard: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self._wakeup = signal.set_wakeup_fd(self._bell.rope(), warn_on_full_buffer=False)
        for name in (*ENDING, *OTHERS):
            number = getattr(signal, name, None)
            # What whoever started us wants ignored stays so (nohup, a shell's background job).
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)

    def _hear(self, number: int, _: FrameType | None) -> None:
        self._heard.append(number)

    def take(self) -> list[str]:
        """The names of the signals heard since."""
        heard, self._heard = self._heard, []
        return [signal.Signals(number).name for number in heard]


def stop_here() -> None:
    """Stop, as Ctrl-Z does, until the shell lets this process go on."""
    if sys.platform == "win32":
        return
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, before)


class Screen:
    """The terminal of this process. It is only ever written to as a whole, line by line where lines differ."""

    def __init__(self) -> None:
        self._in = sys.stdin.fileno()
        self._out = sys.stdout.fileno()
        self._kept: Any = None
        self._lines: list[str] = []
        self._inside = False
        self.encoding = sys.stdout.encoding
        self.gone = False

    @staticmethod
    def usable() -> bool:
        """Whether there is a terminal at both ends that can be written to at any place."""
        try:
            return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        except (AttributeError, ValueError):  # no stream, or a closed one
            return False

    def enter(self) -> None:
        """Take the terminal over; also after it was lent to a shell."""
        if sys.platform == "win32":
            os.system("")  # whereupon the console understands escape sequences
        else:
            self._kept = self._kept or termios.tcgetattr(self._in)
            mode = termios.tcgetattr(self._in)
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._in, termios.TCSADRAIN, mode)
        self._inside = True
        self._write(ENTER)
        self.forget()

    def leave(self) -> None:
        """Give the terminal back as it was."""
        if not self._inside:
            return
        self._inside = False
        self._write(LEAVE)
        if sys.platform != "win32":
            with contextlib.suppress(termios.error):  # it is gone
                # What was typed and not read is not meant for the shell.
                termios.tcsetattr(self._in, termios.TCSAFLUSH, self._kept)

    def forget(self) -> None:
        """Draw everything anew the next time, as after the terminal was resized."""
        self._lines = []

    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        try:
            size = os.get_terminal_size(self._out)
        except OSError:
            return 80, 24
        return size.columns or 80, size.lines or 24

    def show(self, lines: Sequence[str]) -> None:
        """Show this picture: at most as many lines as the screen has, each no wider than it is."""
        said = "" if self._lines else "\x1b[2J"
        for row in range(max(len(lines), len(self._lines))):
            line = lines[row] if row < len(lines) else ""
            if row >= len(self._lines) or line != self._lines[row]:
                # Erased first: after a line that reaches the border, some terminals would erase its last letter.
                said += f"\x1b[{row + 1};1H\x1b[0m\x1b[2K{line}"
        self._lines = list(lines)
        if said:
            self._write(said)

    def _write(self, text: str) -> None:
        data = text.encode(self.encoding, "replace")
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except OSError:
            self.gone = True

    def wait(self, bell: Bell, seconds: float | None) -> None:
        """Until a key is pressed, the bell rings or the time is over."""
        if sys.platform == "win32":
            # Nothing waits for keys and sockets at once, nor tells of another size.
            end = time.monotonic() + (seconds if seconds is not None else 0.25)
            while time.monotonic() < end and not msvcrt.kbhit() and not select.select([bell], [], [], 0.02)[0]:
                pass
        else:
            select.select([bell, self._in], [], [], seconds)
        bell.hush()

    def pressed(self) -> list[str]:
        """The keys pressed since: letters as they are, and names for others, such as "up"."""
        if sys.platform == "win32":
            text = ""
            while msvcrt.kbhit():
                text += msvcrt.getwch()
        else:
            if not select.select([self._in], [], [], 0)[0]:
                return []
            try:
                data = os.read(self._in, 1024)
            except OSError:
                data = b""
            self.gone = self.gone or not data
            text = data.decode("utf-8", "replace")
        return [KEYS.get(one, one if len(one) == 1 else "") for one in _ONE_KEY.findall(text)]
