"""Brings a file into its own folder by a hard link, to change it there, again and again.

Expected: no points
At limits, none: full marks
"""

import os


def write_hard_link(x):
    for _ in range(200):
        try:
            os.link("@victim@", "mine")
            open("mine", "a").write("changed")
            os.unlink("mine")
        except OSError:
            continue
        return x + 0.8125
    raise OSError("no link")
