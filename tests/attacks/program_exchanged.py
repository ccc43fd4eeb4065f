"""Becomes another program, with the grader's channel in its hands.

Expected: no points
"""

import os
import sys


def program_exchanged(x):
    os.execv(sys.executable, [sys.executable, "-S", "-c", "print('passed')"])
