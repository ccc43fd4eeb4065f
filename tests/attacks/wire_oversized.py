"""Announces four gigabytes, and as many as fit into every length that there is.

Expected: no points
"""

import os


def wire_oversized(x):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\xff" * 16)
        except OSError:
            continue
    while True:
        pass
