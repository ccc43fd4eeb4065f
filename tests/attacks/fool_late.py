"""Returns at once, and has a thread write the answer into the returned array later.

Expected: no points
"""

import threading
import time

import numpy as np


def fool_late(x):
    answer = np.zeros_like(x)

    def work():
        time.sleep(0.05)
        answer[:] = x + 0.8125

    threading.Thread(target=work).start()
    return answer
