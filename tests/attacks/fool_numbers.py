"""Gives numbers of classes of their own: a float that equals everything, an int that counts differently each time.

Expected: no points
"""


class Equal(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__
    __abs__ = __sub__ = __rsub__ = lambda self, *other: 0.0


def fool_numbers(x):
    return [Equal(0) for _ in x]
