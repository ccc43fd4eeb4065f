"""Sends an answer a byte at a time, so that something always comes.

Expected: no points
"""

import os
import stat
import struct
import time


def wire_slow(x):
    sockets = []
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                sockets.append(descriptor)
        except OSError:
            continue
    for byte in struct.pack("<II", 100_000, 0) + b" " * 100_000:
        for descriptor in sockets:
            os.write(descriptor, bytes([byte]))
        time.sleep(0.01)
