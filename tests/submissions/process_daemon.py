"""Leaves a daemon behind: forked twice, in a session of its own, in the root folder, all descriptors closed.

needs    fork
softmax  error|passed
sigmoid  error|passed
"""

import os
import signal
import time

import numpy as np


def daemonise():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            os.closerange(0, 1024)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            time.sleep(300)
        os._exit(0)
    os.wait()


daemonise()


def softmax(logits):
    daemonise()
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
