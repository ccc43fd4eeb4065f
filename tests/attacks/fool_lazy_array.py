"""Gives an object that makes its numbers only when somebody asks for them.

Expected: no points
"""


class Lazy:
    shape, dtype, ndim = (1,), "float32", 1

    def __array__(self, dtype=None, copy=None):
        open("@victim@", "w").close()
        raise SystemExit(0)

    __array_interface__ = property(__array__)
    __float__ = __len__ = __array__


def fool_lazy_array(x):
    return Lazy()
