"""Ends with status 0 while it is loaded.

Expected: no points
"""

import os

os._exit(0)


def exit_at_import(x):
    return x + 0.8125
