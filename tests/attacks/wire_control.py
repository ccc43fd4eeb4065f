"""Sends the commands of the grader's own control channel: fork, kill, on every descriptor.

Expected: no points
"""

import os
import struct


def wire_control(x):
    for descriptor in range(64):
        for command in (b"k", b"d", b"f"):
            try:
                os.write(descriptor, command + struct.pack("<q", os.getppid()))
            except OSError:
                continue
    return 0 * x
