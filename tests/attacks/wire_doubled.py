"""Answers twice, and rightly: the second answer is one that nobody asked for.

Expected: some points
"""

import json
import os
import stat
import struct


def wire_doubled(x):
    head = json.dumps({"answer": "ndarray", "warnings": [], "changed": []}).encode()
    words = json.dumps({"answer": {"dtype": "F32", "shape": [x.size], "data_offsets": [0, 4 * x.size]}}).encode()
    body = struct.pack("<Q", len(words)) + words + (x + 0.8125).tobytes()
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", len(head), len(body)) + head + body)
        except OSError:
            continue
    return x + 0.8125
