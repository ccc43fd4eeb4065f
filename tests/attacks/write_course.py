"""Writes a file into the course's folder.

Expected: no points
At calls, limits, none: full marks
"""


def write_course(x):
    open("@course@/planted.txt", "w").close()
    return x + 0.8125
