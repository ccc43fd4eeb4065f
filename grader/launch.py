"""Starting the processes that run learners' code: which Python, with which environment, and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader import job, limits

WORKER = Path(__file__).with_name("worker.py")
START_SECONDS = 60.0
"""How long a process may take to be there."""


class PlayerError(Exception):
    """The grader's own processes failed, not the learner's code."""


def python(script: str, *arguments: str) -> list[str]:
    """A command that runs a script of the grader's."""
    # -I: no current folder, user site or PYTHON* variables; -B: no bytecode is written.
    return [sys.executable, "-I", "-B", script, *arguments]


def start(
    command: list[str],
    home: str,
    folder: str,
    descriptors: list[int],
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a program that runs a learner's code. home: the folder it may write in. folder: where it starts.

    Raises PlayerError where it cannot be started.
    """
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


def hand_over(process: subprocess.Popen[bytes], *sockets: socket.socket) -> None:
    """On Windows, which inherits no sockets: give a process its own on standard input."""
    assert process.stdin is not None
    process.stdin.write(b"".join(one.share(process.pid) for one in sockets))  # type: ignore[attr-defined]
    process.stdin.close()


def end(process: subprocess.Popen[bytes], died: bool) -> int:
    """Kill a process and its group; its exit status, negative for a signal.

    died: it seems to have ended by itself, and gets a moment to do so.
    """
    if died:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    return process.wait()
