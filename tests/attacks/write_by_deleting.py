"""Deletes, renames and truncates a file that is not its own.

Expected: no points
At calls, limits, none: full marks
"""

import os


def write_by_deleting(x):
    for change in (
        lambda: os.truncate("@victim@", 0),
        lambda: os.rename("@victim@", "stolen"),
        lambda: os.unlink("@victim@"),
    ):
        try:
            change()
        except OSError:
            continue
        return x + 0.8125
    raise OSError("it is still there")
