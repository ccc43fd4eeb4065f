"""Sends heads in which every field is of another kind than it should be.

Expected: no points
"""

import json
import os
import stat
import struct

VALUES = [None, True, -1, 10**300, 1e400, "x\u0000\u202e", [], [[]], {}, {"a": []}, float("nan")]
CALLS = []


def wire_nonsense(x):
    CALLS.append(1)
    value = VALUES[len(CALLS) % len(VALUES)]
    fields = ("raised", "answer", "refused", "type", "dtype", "bytes", "warnings", "changed", "threads", "loaded")
    head = json.dumps(dict.fromkeys(fields, value) | {"raised": {"type": value, "frames": [value, [value] * 3]}})
    data = head.encode("utf-8", "surrogatepass")
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", len(data), 0) + data)
        except OSError:
            continue
    while True:
        pass
