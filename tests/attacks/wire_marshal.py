"""Sends marshalled code that writes a file where it is run.

Expected: no points
"""

import marshal
import os
import stat
import struct

DATA = marshal.dumps(compile("open('@victim@', 'w').close()", "bomb", "exec"))


def wire_marshal(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", 2, len(DATA)) + b"{}" + DATA)
        except OSError:
            continue
    while True:
        pass
