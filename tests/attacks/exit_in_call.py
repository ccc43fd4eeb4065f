"""Ends with status 0 in the first call, as a test that has passed would.

Expected: no points
"""

import os
import sys


def exit_in_call(x):
    try:
        sys.exit(0)
    finally:
        os._exit(0)
