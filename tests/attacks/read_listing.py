"""Lists folders outside of its own: the course, the class, the home folder, the cache.

Expected: no points
At calls, limits, none: full marks
"""

import os


def read_listing(x):
    for folder in ("@course@", "@course@/solutions", "@neighbour@", "@home@", "@cache@", "/", "/tmp", "/etc"):
        try:
            os.listdir(folder)
        except OSError:
            continue
        return x + 0.8125
    raise OSError("nothing could be listed")
