"""Opens files until no more can be opened: bounded to nine hundred.

Expected: no points
At none: either
"""


def descriptor_exhaustion(x):
    kept = [open("/dev/null") for _ in range(900)]
    return x + 0.8125 + 0 * len(kept)
