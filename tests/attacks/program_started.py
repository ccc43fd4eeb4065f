"""Starts another program.

Expected: no points
At files: either
At limits, none: full marks
"""

import os
import sys


def program_started(x):
    assert os.posix_spawn(sys.executable, [sys.executable, "-S", "-c", ""], {}) > 0
    return x + 0.8125
