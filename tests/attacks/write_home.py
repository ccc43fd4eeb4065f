"""Writes a file into the home folder.

Expected: no points
At calls, limits, none: full marks
"""


def write_home(x):
    open("@home@/.profile", "w").write("echo planted\n")
    return x + 0.8125
