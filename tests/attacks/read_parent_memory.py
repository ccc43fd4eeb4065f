"""Reads the memory of the grader's processes by /proc, where keys and answers lie.

Expected: no points
At none: either
"""

import os


def read_parent_memory(x):
    pid = os.getppid()
    pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            if "[heap]" in line:
                memory.seek(int(line.partition("-")[0], 16))
                assert len(memory.read(4096)) == 4096
                return x + 0.8125
    raise OSError("no heap")
