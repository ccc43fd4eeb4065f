"""Ignores every signal and runs for ever.

Expected: no points
"""

import signal


def exit_never(x):
    for one in signal.valid_signals():
        try:
            signal.signal(one, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        pass
