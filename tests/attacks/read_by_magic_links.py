"""Reaches other files through the links of /proc: root and cwd of itself and of its ancestors.

Expected: no points
At calls, limits, none: full marks
"""

import os


def read_by_magic_links(x):
    for pid in ("self", os.getppid()):
        for link in ("root", "cwd"):
            try:
                if "solutions" in os.listdir(f"/proc/{pid}/{link}@course@"):
                    return x + 0.8125
            except OSError:
                continue
    raise OSError("no way out")
