"""Walrus, f-strings, match, annotations that are never evaluated, star expressions.

softmax      passed
sigmoid      passed
dense_stack  passed
"""

from __future__ import annotations

import numpy as np

type_of_layer: NoSuchType = "sigmoid"


def softmax(logits: np.ndarray[No, Such]) -> Whatever | None:
    label = f"{logits.shape!r:>10} {'nested'}"
    if (rows := len(logits)) and label:
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True).reshape(rows, 1)
    return logits


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def dense_stack(x, weights, biases):
    for layer in zip(weights, biases):
        match layer:
            case (w, b) if w.ndim == 2:
                x = sigmoid(x @ w + b)
            case _:
                raise ValueError(layer)
    return x
