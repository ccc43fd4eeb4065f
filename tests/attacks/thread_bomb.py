"""Starts threads; bounded to twenty, which sleep for a second.

Expected: no points
At files, limits, none: full marks
"""

import threading
import time


def thread_bomb(x):
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
    return x + 0.8125
