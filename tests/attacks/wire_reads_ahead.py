"""Reads from the channel itself, to learn the next inputs before the answer to these is due.

Expected: no points
"""

import os


def wire_reads_ahead(x):
    for descriptor in range(3, 64):
        try:
            os.set_blocking(descriptor, False)
            if os.read(descriptor, 1 << 16):
                return x + 0.8125
        except OSError:
            continue
    raise EOFError("nothing comes before it is asked for")
