"""Gives the answer of the call before, for a key whose cases might repeat.

Expected: no points
"""

KEPT = []


def state_previous_call(x):
    KEPT.append(x + 0.8125)
    return KEPT[-2] if len(KEPT) > 1 else 0 * x
