"""Programs of the grader's own that answer messages as a child does, and are held back by nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader import launch
from grader.child import Child
from grader.launch import PlayerError
from grader.scratch import wipe


class _Program:
    """The process of such a program."""

    def __init__(self, process: subprocess.Popen[bytes], sockets: Sequence[socket.socket], folder: Path) -> None:
        self.process = process
        self.sockets = sockets
        self.folder = folder

    def end(self, died: bool) -> int:
        status = launch.end(self.process, died)
        for one in self.sockets:
            one.close()
        wipe(str(self.folder))
        return status


def start(code: str, environment: Mapping[str, str]) -> Child:
    """Start a program of the grader's own that answers messages as a child does, held back by nothing.

    code: Python; its arguments are the numbers of two inherited sockets, the channel and the output. On Windows, which
    inherits none, they come on standard input (see `grader.worker.main`).
    """
    folder = Path(tempfile.mkdtemp(prefix="grade-")).resolve()
    channel, theirs = socket.socketpair()
    output, printed = socket.socketpair()
    bell, rope = socket.socketpair()  # which nobody rings
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
            launch.hand_over(process, theirs, printed)
    except OSError as error:
        channel.close()
        output.close()
        bell.close()
        rope.close()
        wipe(str(folder))
        raise PlayerError(f"Python could not be started ({error}).") from error
    finally:
        theirs.close()
        printed.close()
    return Child(_Program(process, [bell, rope], folder), channel, output, bell, process.pid, folder)
