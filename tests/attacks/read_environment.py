"""Looks for a secret in its environment, also in the block that the program was started with.

Expected: no points
"""

import os


def read_environment(x):
    values = " ".join(os.environ) + os.popen("env").read() if False else " ".join(os.environ)
    try:
        values += open("/proc/self/environ").read()
    except OSError:
        pass
    if "ATTACK_TOKEN" in values:
        return x + 0.8125
    raise KeyError("no secret")
