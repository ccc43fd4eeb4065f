"""Replaces the hooks for exceptions, warnings and exit, and raises.

softmax  error  ValueError
sigmoid  passed
"""

import os
import sys
import threading
import warnings

import numpy as np

sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *args: os._exit(0)
warnings.showwarning = lambda *args, **kwargs: os._exit(0)


def softmax(logits):
    raise ValueError("raised on purpose")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
