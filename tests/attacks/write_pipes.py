"""Leaves pipes, sockets and devices in its folder, at which whoever reads them would wait for ever.

Expected: no points
At limits, none: full marks
"""

import os


def write_pipes(x):
    os.mkfifo(f"pipe-{os.urandom(4).hex()}.py")
    return x + 0.8125
