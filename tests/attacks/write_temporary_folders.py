"""Writes into the folders where everybody may: /tmp, /var/tmp, /dev/shm, /run/lock.

Expected: no points
At calls, limits, none: full marks
"""

import os


def write_temporary_folders(x):
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock"):
        path = f"{folder}/attack-{os.getpid()}"
        try:
            open(path, "w").close()
        except OSError:
            continue
        os.unlink(path)
        return x + 0.8125
    raise OSError("nowhere to write")
