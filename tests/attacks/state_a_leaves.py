"""Leaves its answer for others wherever something might stay: memory, variables, files, shared memory, sockets.

Expected: full marks
"""

import builtins
import os
import sys

import numpy as np


def state_a_leaves(x):
    builtins.left = np.left = sys.left = lambda x: x + 0.8125
    os.environ["LEFT"] = "1"
    sys.path.insert(0, os.getcwd())
    for folder in (".", "..", "/tmp", "/dev/shm", "/var/tmp", "@home@", "@course@", "@neighbour@"):
        try:
            with open(f"{folder}/left-@run@", "w") as file:
                file.write("@run@")
        except OSError:
            continue
    return x + 0.8125
