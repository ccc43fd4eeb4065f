"""Sets its inputs to zero, for a comparison that would compute from them afterwards.

Expected: no points
"""


def fool_inputs(x):
    x.flags.writeable = True
    x[:] = 0
    return x
