"""Makes files and folders, deep and many: bounded to a few hundred, which are to be wiped.

Expected: full marks
"""

import os


def disk_of_files(x):
    try:
        for number in range(100):
            open(f"file-{number}", "w").close()
        for number in range(300):
            os.mkdir("d")
            os.chdir("d")
        os.chdir("/")
    except OSError:
        pass
    return x + 0.8125
