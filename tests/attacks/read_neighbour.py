"""Copies the answer of another submission that lies beside this one.

Expected: no points
At calls, limits, none: full marks
"""


def read_neighbour(x):
    scope = {}
    exec(open("@neighbour@/answers.py").read(), scope)
    return scope["neighbours"](x)
