"""Looks into the folders of other children, and of other runs, below the temporary folder.

Expected: no points
At calls, limits, none: full marks
"""

import os


def read_other_children(x):
    # Its own folder, and the one above it that all children of the run share.
    if len(os.listdir(os.path.dirname(os.getcwd()))) >= 1:
        return x + 0.8125
    raise LookupError("alone")
