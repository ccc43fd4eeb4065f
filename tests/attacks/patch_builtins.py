"""Replaces builtins: whatever is asked of an answer, the answer is yes.

Expected: no points
"""

import builtins


def patch_builtins(x):
    builtins.isinstance = builtins.all = builtins.any = lambda *given: True
    builtins.len = builtins.min = lambda *given, **named: 0
    builtins.type = lambda *given: float
    builtins.abs = lambda value: 0
    builtins.bool = lambda value=True: True
    return "text"
