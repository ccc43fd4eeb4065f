"""Changes mode, times and attributes of a file that is not its own: Landlock does not see that.

Expected: no points
At files, limits, none: full marks
"""

import os


def write_modes(x):
    os.chmod("@victim@", 0o600)
    os.utime("@victim@", (0, 0))
    return x + 0.8125
