"""Makes links to a page in its own folder, symbolic and hard, and reads through them.

Expected: no points
At limits, none: full marks
"""

import os


def read_by_link(x):
    target = "@course@/solutions/c1_attacks/read_by_link.py"
    for make in (os.symlink, os.link):
        try:
            make(target, "link.txt")
            assert open("link.txt").read()
            os.unlink("link.txt")
        except OSError:
            continue
        return x + 0.8125
    raise OSError("no link leads out")
