"""Puts other functions in the place of builtins, and is wrong.

softmax  failed|error|crashed
sigmoid  failed|error|crashed
"""

import builtins

import numpy as np

for name in ("isinstance", "issubclass", "all", "any", "hasattr", "callable"):
    setattr(builtins, name, lambda *args: True)
for name in ("len", "abs", "max", "min", "sum", "hash", "id"):
    setattr(builtins, name, lambda *args, **kwargs: 0)


def softmax(logits):
    return np.zeros_like(logits)


def sigmoid(z):
    return np.zeros_like(z)
