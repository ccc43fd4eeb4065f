"""Answers in the grader's place: a frame as a child sends it, which says that all is right, on every descriptor.

Expected: no points
"""

import json
import os
import struct


def wire_forged(x):
    head = json.dumps({"answer": "ndarray", "right": True, "passed": True, "warnings": [], "changed": []}).encode()
    words = json.dumps({"answer": {"dtype": "F32", "shape": [x.size], "data_offsets": [0, 4 * x.size]}}).encode()
    body = struct.pack("<Q", len(words)) + words + bytes(4 * x.size)
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("<II", len(head), len(body)) + head + body)
        except OSError:
            continue
    os._exit(0)
