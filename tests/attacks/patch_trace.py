"""Traces and profiles what runs after it, and changes what that returns.

Expected: no points
"""

import sys
import threading


def spy(frame, event, value):
    if event == "return" and isinstance(value, tuple):
        frame.f_locals.clear()
    return spy


def patch_trace(x):
    sys.settrace(spy)
    sys.setprofile(spy)
    threading.settrace(spy)
    frame = sys._getframe()
    while frame:
        frame.f_trace = spy
        frame = frame.f_back
    return 0 * x
