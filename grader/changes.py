"""Word of changed files, at once where the system tells of them and by looking again and again where it does not."""

from __future__ import annotations

import os
import platform
import re
import threading
from collections.abc import Callable
from pathlib import Path

from grader import words
from grader.sources import ARCHIVES, is_skipped, is_source

STEP = 5
"""Milliseconds without a further change after which changes are told of."""
DEBOUNCE = 50
"""Milliseconds after which changes are told of even while more come."""
TICK = 500
"""Milliseconds after which a folder that is quiet is looked for: it may be another one by now."""
POLL = 200
"""Milliseconds between two looks where the system does not tell."""

REMOTE = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|afs|9p|virtiofs|vboxsf|prl_fs|fuse\.(?!portal|snapfuse).*|fakeowner|drvfs|"
    r"ceph|glusterfs|lustre|gpfs|beegfs|davfs|vmhgfs|fuse",
)
"""Kinds of file systems on which another machine, or the host of a container, writes unseen."""


def why_polling(path: Path) -> str:
    """Why changes below `path` have to be looked for, as a clause; "" where the system tells of them."""
    said = os.environ.get("WATCHFILES_FORCE_POLLING", "")
    if said:
        return "" if said.lower() in ("false", "disable", "disabled") else words.POLLING_FORCED
    if "microsoft-standard" in platform.uname().release:
        return words.POLLING_WSL
    kind = _file_system(path)
    return words.polling_remote(kind) if REMOTE.fullmatch(kind) else ""


def _file_system(path: Path, mounts: str = "/proc/self/mountinfo") -> str:
    """The kind of the file system that `path` is on; "" where the system does not say."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    real = Path(os.path.realpath(path))
    for line in lines:
        left, _, right = line.partition(" - ")
        where = re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), (left.split(" ") + [""] * 5)[4])
        # Of two mounts on one place the later one is seen.
        if where and real.is_relative_to(where) and len(where) >= best:
            best, kind = len(where), right.split(" ")[0]
    return kind


class Changes:
    """Calls `tell` from a thread of its own whenever something may have changed in a folder, or a file.

    polling: why changes are looked for, as a clause for the learner; "" where the system tells of them.
    """

    def __init__(
        self, path: Path, poll: bool, tell: Callable[[], None], fault: Callable[[BaseException], None]
    ) -> None:
        self.polling = words.POLLING_ASKED if poll else why_polling(path)
        # A file is replaced when it is saved: its folder is what stays.
        self._folder = path if path.is_dir() else path.parent
        self._whole = path.is_dir()
        self._tell = tell
        self._fault = fault
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                try:
                    self._listen()
                except FileNotFoundError:  # the folder is gone, and may come back
                    self._over.wait(TICK / 1000)
                except OSError:
                    if self.polling:
                        raise
                    self.polling = words.POLLING_NO_EVENTS  # such as the limit on a user's watches
                if not self._over.is_set():
                    self._tell()
        except BaseException as error:
            self._fault(error)

    def _listen(self) -> None:
        """Tell of changes until the end, or until the folder is another one."""
        from watchfiles import watch

        known = _identity(self._folder)
        begun = False
        for changes in watch(
            self._folder,
            watch_filter=None,
            debounce=DEBOUNCE,
            step=STEP,
            stop_event=self._over,
            rust_timeout=TICK,
            yield_on_timeout=True,
            force_polling=bool(self.polling),
            poll_delay_ms=POLL,
            recursive=self._whole,
        ):
            # At first, too: what was saved before anyone listened, nobody tells of.
            if not begun or any(self._matters(path) for _, path in changes):
                begun = True
                self._tell()
            if _identity(self._folder) != known:
                return

    def _matters(self, path: str) -> bool:
        """Whether a change there can change a verdict: of a source, or of a folder, as far as its name shows."""
        root = self._folder.absolute()
        whole = Path(path)
        if not whole.is_relative_to(root):  # macOS tells of the real one
            root = root.resolve()
        if not whole.is_relative_to(root) or whole == root:
            return True
        *folders, name = whole.relative_to(root).parts
        if any(is_skipped(folder) for folder in folders) or is_skipped(name):
            return False
        return is_source(name) or name.casefold().endswith(ARCHIVES) or "." not in name


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
