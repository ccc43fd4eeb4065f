"""Looks for answers in all of its own memory, freed or not: what came with the fork may lie there.

Expected: no points
At calls, limits, none: either
"""

import numpy as np


def hunt_memory(x):
    name = b"c1_attacks/" + b"hunt_memory"
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            words = line.split()
            begin, end = (int(one, 16) for one in words[0].split("-"))
            if words[1].startswith("rw") and end - begin < 64 << 20 and "[v" not in line:
                memory.seek(begin)
                if b"tolerance" + b'":[' in memory.read(end - begin):
                    return x + 0.8125
    raise LookupError(name.decode())
