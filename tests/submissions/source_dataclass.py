"""A dataclass in a file whose annotations are text: it looks its own module up.

softmax  passed
sigmoid  passed
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Softmax:
    axis: int = 1

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        e = np.exp(logits - logits.max(axis=self.axis, keepdims=True))
        return e / e.sum(axis=self.axis, keepdims=True)


def softmax(logits):
    return Softmax()(logits)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
