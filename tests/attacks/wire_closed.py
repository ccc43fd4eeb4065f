"""Closes and exchanges its descriptors, so that answers go nowhere or everywhere.

Expected: no points
"""

import os


def wire_closed(x):
    for descriptor in range(3, 64):
        try:
            os.dup2(1, descriptor)
        except OSError:
            continue
    return 0 * x
