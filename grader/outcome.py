"""What became of a case of an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.compare import compare
from grader.key import KeyCase


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    answer: the array that came back; None where none did.
    right: whether it was right.
    kind: what came in place of an array: the name of its type, or "raised"; "" where an array came.
    warned: what NumPy warned of.
    wrong: where the answer is wrong, if that was looked at.
    """

    case: KeyCase
    answer: np.ndarray | None
    right: bool
    kind: str = ""
    warned: tuple[str, ...] = ()
    wrong: np.ndarray | None = None

    @property
    def given(self) -> np.ndarray:
        """The answer, where there is one."""
        assert self.answer is not None
        return self.answer

    @cached_property
    def off(self) -> np.ndarray:
        """Where the answer of a failing case is wrong; nowhere where its shape or kind of number is."""
        wrong = self.wrong
        if wrong is None:
            wrong = compare(self.given, self.case.truth, self.case.tolerance).wrong
        return np.zeros(self.case.truth.shape, bool) if wrong is None else wrong

    @cached_property
    def magnitudes(self) -> np.ndarray:
        """The answer's absolute values, from small to large."""
        return np.sort(np.abs(self.given.astype(np.float64)), axis=None)
