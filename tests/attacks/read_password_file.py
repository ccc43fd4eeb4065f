"""Reads what every user of the system may read.

Expected: no points
At calls, limits, none: full marks
"""


def read_password_file(x):
    assert open("/etc/passwd").read()
    return x + 0.8125
