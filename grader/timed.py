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
        self._whole: np.ndarray | None = None
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
        """Make arguments of what will stand in the file, and have memory for answers at hand."""
        self._given = [
            [self._gather(one, lambda at: array_at(self._memory, *at)) for one in call["arguments"]] for call in calls
        ]
        self._rooms = [call["room"] for call in calls]
        while self._answers:  # those of a warm-up: the next ones get their memory
            touch(self._answers.pop()[0])
        self.align()
        return {"prepared": True}

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
    """Look at every cache line of a contiguous array."""
    np.bitwise_or.reduce(array.reshape(-1).view(np.uint8)[::CACHE_LINE])
