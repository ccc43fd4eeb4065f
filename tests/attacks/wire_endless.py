"""Writes on every descriptor without end, within the lengths that are allowed.

Expected: no points
"""

import os
import struct


def wire_endless(x):
    part = struct.pack("<II", 200_000, 60 << 20) + b" " * (1 << 20)
    while True:
        for descriptor in range(3, 16):
            try:
                os.write(descriptor, part)
            except OSError:
                continue
