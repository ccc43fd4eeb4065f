"""Sends as many empty arrays as fit into a message, which take far more memory and time to read than to send.

Expected: no points
"""

import os
import stat
import struct

ENTRIES = ",".join(f'"{k}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}' for k in range(500_000))
WORDS = ("{" + ENTRIES + "}").encode()
BODY = struct.pack("<Q", len(WORDS)) + WORDS


def wire_many_arrays(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                data = memoryview(struct.pack("<II", 2, len(BODY)) + b"{}" + BODY)
                while data:
                    data = data[os.write(descriptor, data) :]
        except OSError:
            continue
    while True:
        pass
