"""Prints without end, what terminals and workflows would obey.

Expected: no points
"""

import os


def output_bomb(x):
    while True:
        os.write(1, b"::error::forged\n\x1b]0;forged\x07" * 4096)
