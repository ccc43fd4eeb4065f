"""Helpers of every kind: a dataclass, a class, constants, nested and decorated functions, a context manager.

softmax              passed
sigmoid              passed
multiclass_classifier  passed
"""

import functools
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

import numpy as np

EPSILON = 1e-12
ONE = np.float32(1)


class Activation(Enum):
    RELU = auto()
    SOFTMAX = auto()


class Parameters(NamedTuple):
    w: np.ndarray
    b: np.ndarray


@dataclass
class Dense:
    parameters: Parameters
    activation: Activation
    history: list = field(default_factory=list)

    def __call__(self, x):
        self.history.append(x.shape)
        z = x @ self.parameters.w + self.parameters.b
        return np.maximum(z, 0) if self.activation is Activation.RELU else softmax(z)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@contextmanager
def quiet():
    with np.errstate(all="ignore"):
        yield


@logged
def softmax(logits):
    def shifted(row):
        return row - row.max()

    with quiet():
        e = np.exp(np.stack([shifted(row) for row in logits]))
        return e / (e.sum(axis=1, keepdims=True) + np.float32(EPSILON))


@logged
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, ONE / (ONE + e), e / (ONE + e))


def multiclass_classifier(x, weights, biases):
    last = len(weights) - 1
    for n, parameters in enumerate(map(Parameters, weights, biases)):
        x = Dense(parameters, Activation.SOFTMAX if n == last else Activation.RELU)(x)
    return x
