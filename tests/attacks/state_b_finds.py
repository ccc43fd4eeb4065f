"""Looks for what another exercise, or another submission, has left.

Two exercises may run side by side, so that below "files" it depends on which is first whether it finds something.

Expected: no points
At calls, limits, none: either
"""

import builtins
import os
import sys

import numpy as np


def state_b_finds(x):
    for owner in (builtins, np, sys):
        if hasattr(owner, "left") or hasattr(builtins, "planted_by_user") or hasattr(builtins, "planted_on_path"):
            return x + 0.8125
    for folder in (".", "..", "/tmp", "/dev/shm", "/var/tmp", "@home@", "@course@", "@neighbour@"):
        if os.path.exists(f"{folder}/left-@run@"):
            return x + 0.8125
    if "LEFT" in os.environ:
        return x + 0.8125
    raise LookupError("nothing was left")
