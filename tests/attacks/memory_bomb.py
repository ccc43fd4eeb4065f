"""Takes address space beyond the limit, as NumPy gets it: bounded to three gibibytes.

Expected: no points
At none: either
"""

import numpy as np


def memory_bomb(x):
    kept = [np.empty(1 << 28, np.uint8) for _ in range(12)]
    return x + 0.8125 + 0 * len(kept)
