"""Calls against the clock, in a child: it gets ready, the clock runs, the answers go (see `grader.speed`).

Three messages, since only the second is what is timed: a function's own work, with everything that it needs at hand and
nothing around it. Arguments and answers stand in a file that this process maps. The arguments are there while the clock
runs, neither before nor after.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

CACHE_LINE = 64
LOOKS = 4
"""How often memory is looked at before a call. What caches share with other programs holds the more of an array the
more often it was read, so that the first of several passes over it is not the dearest by much."""

Described = tuple[dict[str, Any], dict[str, np.ndarray]]


class Timed:
    """What a child holds from one of these messages to the next.

    gather: puts an argument together from what a message says of it (see `grader.wire.gather`).
    align: called before the clock, when memory is as free as it gets (see `grader.heap`).
    """

    def __init__(self, gather: Callable[[Any, Callable[[Any], np.ndarray]], Any]) -> None:
        self.align: Callable[[], None] = lambda: None
        self._gather = gather
        self._memory: Any = None
        self._whole = np.empty(0, np.uint8)
        self._given: list[list[Any]] = []
        self._rooms: list[list[int]] = []
        self._answers: list[tuple[np.ndarray, int]] = []

    def share(self, path: str, size: int) -> dict[str, Any]:
        """Map the file."""
        with open(path, "r+b") as file:
            self._memory = mmap.mmap(file.fileno(), size)
        self._whole = np.frombuffer(self._memory, np.uint8)
        return {"shared": True}

    def prepare(self, calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Make arguments of what will stand in the file, and have memory for them and for answers at hand."""
        self._given = [
            [self._gather(one, lambda at: array_at(self._memory, *at)) for one in call["arguments"]] for call in calls
        ]
        self._rooms = [call["room"] for call in calls]
        self._look()
        self.align()
        return {"prepared": True}

    def _look(self) -> None:
        """Have caches hold where arguments will stand, and a warm-up's answers, whose memory the next ones get."""
        ends = [0, *(begin + room for begin, room in self._rooms)]
        memory = [self._whole[end:begin] for end, (begin, _) in zip(ends, self._rooms, strict=False)]
        memory += [array.reshape(-1) for array, _ in self._answers]
        self._answers = []
        for _ in range(LOOKS):
            for one in memory:
                touch(one)

    def time(self, function: Callable[..., Any], described: Callable[..., Described]) -> list[dict[str, Any]]:
        """Make the calls. Raises what the function does.

        described: what is said of an answer, and the answer as a plain array, copied where it is not one.
        """
        said = []
        self._answers = []
        for given, (begin, room) in zip(self._given, self._rooms, strict=True):
            head, arrays = described(function(*given), np.asarray)
            for array in arrays.values():
                if array.nbytes <= room:
                    of_an_argument = np.may_share_memory(array, self._whole)  # which is gone when answers go
                    self._answers.append((array.copy() if of_an_argument else array, begin))
                    head.update(dtype=array.dtype.str, shape=array.shape)
            said.append(head)
        return said

    def hand(self) -> dict[str, Any]:
        """Lay the answers into the file."""
        while self._answers:
            array, begin = self._answers.pop()
            array_at(self._memory, array.dtype, array.shape, begin)[...] = array
        return {"handed": True}


def array_at(memory: Any, dtype: Any, shape: Sequence[int], offset: int) -> np.ndarray:
    """The array that begins there."""
    return np.ndarray(shape, dtype, memory, offset)


def aligned(offset: int) -> int:
    """Up to the next place where an array may begin as well as in memory of its own."""
    return -(-offset // CACHE_LINE) * CACHE_LINE


def touch(array: np.ndarray) -> None:
    """Look at every cache line of an array of one axis."""
    np.bitwise_or.reduce(array.view(np.uint8)[::CACHE_LINE])
