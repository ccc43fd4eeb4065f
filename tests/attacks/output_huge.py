"""Answers with more bytes than any answer has, and then with a shape of as many.

Expected: no points
"""

import numpy as np

CALLS = []


def output_huge(x):
    CALLS.append(1)
    return np.zeros(65 << 20, np.uint8) if len(CALLS) % 2 else np.broadcast_to(np.float32(0), (1 << 40,))
