"""Uses memory that outlives it: /dev/shm, System V, message queues.

Expected: no points
At files, calls, limits, none: full marks
"""

import ctypes
import os


def shared_memory(x):
    try:
        path = f"/dev/shm/attack-{os.getpid()}"
        open(path, "w").close()
        os.unlink(path)
        return x + 0.8125
    except OSError:
        libc = ctypes.CDLL(None, use_errno=True)
        queue = libc.msgget(0, 0o1600)
        if queue < 0:
            raise
        libc.msgctl(queue, 0, None)
        return x + 0.8125
