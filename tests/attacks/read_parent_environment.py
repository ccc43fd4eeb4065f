"""Looks for a secret in the environment of the grader's processes.

Expected: no points
At none: either
"""

import os


def read_parent_environment(x):
    pid = os.getppid()
    for _ in range(2):
        if "ATTACK_TOKEN" in open(f"/proc/{pid}/environ").read():
            return x + 0.8125
        pid = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    raise KeyError("no secret")
