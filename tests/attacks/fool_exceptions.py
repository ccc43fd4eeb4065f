"""Raises what acts when it is shown: text without end, text that exits, classes with forged names.

Expected: no points
"""


class Forged(BaseException):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


Forged.__name__ = Forged.__qualname__ = "\x1b[2J::error::forged" + "A" * 100_000
Forged.__module__ = "builtins"
CALLS = []


def fool_exceptions(x):
    CALLS.append(1)
    raise [Forged(), KeyError("\u202e\u200b\x9b31m<script>|`@all`" * 1000), ExceptionGroup("g", [Forged0()])][
        len(CALLS) % 3
    ]


class Forged0(Exception):
    __cause__ = property(lambda self: self)
    __traceback__ = property(lambda self: 1 / 0)
