"""Sends a harmless signal to whichever process it finds that is neither itself nor its parent.

Expected: no points
At none, limits: full marks
"""

import os
import signal


def signal_siblings(x):
    above = os.getpgid(os.getppid())
    for pid in range(above, above + 5000):
        if pid not in (os.getpid(), above):
            try:
                os.kill(pid, 0)
            except OSError:
                continue
            return x + 0.8125
    os.kill(os.getppid(), signal.SIGCONT)
    return x + 0.8125
