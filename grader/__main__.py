"""`python -m grader` and the script `grade`."""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Run the command line."""
    # Nothing here is large enough for OpenBLAS's threads, whose start takes as long as the rest of NumPy's.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from grader.ahead import Ahead

        with Ahead() as ahead:
            ahead.start(sys.argv[1:])
            from grader.cli import run

            status = run(ahead)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: nothing of what was said is to be lost
    except KeyboardInterrupt:  # before or after the command line, which says it itself
        from grader import words

        with contextlib.suppress(OSError, AttributeError):  # closed
            print(words.INTERRUPTED, file=sys.stderr)
        status = 130
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or its reader has gone
            stream.flush()
    os._exit(status)  # taking down the interpreter takes 20 ms for which somebody waits


if __name__ == "__main__":
    main()
