"""Answers while it is loaded, before anything was asked: a hundred answers, of zeros.

Expected: no points
"""

import json
import os
import struct

HEAD = json.dumps({"loaded": True, "answer": "ndarray", "warnings": [], "changed": []}).encode()
WORDS = json.dumps({"answer": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
BODY = struct.pack("<Q", len(WORDS)) + WORDS + bytes(4)
for descriptor in range(3, 64):
    try:
        os.set_blocking(descriptor, False)
        os.write(descriptor, (struct.pack("<II", len(HEAD), len(BODY)) + HEAD + BODY) * 100)
    except OSError:
        continue


def wire_early(x):
    return 0 * x
