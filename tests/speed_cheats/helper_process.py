"""Has another process do the work, whose time it hopes is nobody's.

result: wrong
"""

import os

import numpy as np


def work(x):
    y = np.empty_like(x)
    for n in range(len(x)):
        y[n] = 2 * x[n]
    return y


def double(x):
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writable, work(x).tobytes())
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as file:
        data = file.read()
    os.waitpid(pid, 0)
    return np.frombuffer(data, x.dtype).copy()
