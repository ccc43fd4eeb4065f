"""Sends pickles, marshalled code and NumPy's own format, which write a file where they are believed.

Expected: no points
"""

import marshal
import os
import pickle
import stat
import struct

import numpy as np


class Bomb:
    def __reduce__(self):
        return exec, ("open('@victim@', 'w').close()",)


CODE = compile("open('@victim@', 'w').close()", "bomb", "exec")
NPY = b"\x93NUMPY\x01\x00" + struct.pack("<H", 80) + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(80)
CALLS = []


def wire_pickle(x):
    CALLS.append(1)
    data = [pickle.dumps(Bomb()), marshal.dumps(CODE), NPY + pickle.dumps(Bomb())][len(CALLS) % 3]
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack("<II", 2, len(data)) + b"{}" + data)
        except OSError:
            continue
    return np.array([Bomb()], object)
