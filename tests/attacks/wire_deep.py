"""Sends a head of lists within lists within lists, just as deep as a parser takes it.

Expected: no points
"""

import os
import stat
import struct

DEPTH = [940]


def wire_deep(x):
    DEPTH[0] += 5
    deep = b"[" * DEPTH[0] + b"]" * DEPTH[0]
    head = b'{"refused":' + deep + b',"type":' + deep + b',"warnings":[{"text":' + deep + b"}]}"
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", len(head), 0) + head)
        except OSError:
            continue
    while True:
        pass
