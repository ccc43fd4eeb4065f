"""Answers from a table that was made for one seed, by whoever has seen its cases.

The table is filled in by a test of its own: full marks at that seed, and at another only what is the same in both.

Expected: no points
"""

import json

import numpy as np

TABLE = json.loads("""@table@""")


def hard_coded(x):
    return np.array(TABLE[x.tobytes().hex()], np.float32)
