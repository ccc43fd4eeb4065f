"""Sends a pickle that writes a file where it is read.

Expected: no points
"""

import os
import pickle
import stat
import struct


class Bomb:
    def __reduce__(self):
        return exec, ("open('@victim@', 'w').close()",)


DATA = pickle.dumps(Bomb())


def wire_pickle(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", 2, len(DATA)) + b"{}" + DATA)
        except OSError:
            continue
    while True:
        pass
