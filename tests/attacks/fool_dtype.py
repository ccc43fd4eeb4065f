"""Gives a dtype that the comparison might read as it likes: objects, records, complex numbers, text, dates.

Expected: no points
"""

import numpy as np

CALLS = []


class Everything:
    __eq__ = __lt__ = __gt__ = lambda self, other: True
    __hash__ = None

    def __reduce__(self):
        return exec, ("open('@victim@', 'w').close()",)


def fool_dtype(x):
    CALLS.append(1)
    kinds = [
        np.full(x.shape, Everything(), object),
        np.zeros(x.shape, [("a", "f4")]),
        np.zeros(x.shape, complex) + 1e-30j,
        np.full(x.shape, "0.0"),
        np.zeros(x.shape, "M8[s]"),
    ]
    return kinds[len(CALLS) % len(kinds)]
