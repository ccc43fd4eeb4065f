"""Puts other functions in the place of those that make, copy and convert arrays, and is wrong.

softmax  failed|error|crashed
sigmoid  failed|error|crashed|passed
"""

import numpy as np

real = np.array

for name in ("array", "asarray", "ascontiguousarray", "asanyarray", "frombuffer", "copy", "isfinite", "abs"):
    setattr(np, name, lambda *args, **kwargs: real([[0.5, 0.5]]))


def softmax(logits):
    return real([[0.5, 0.5]])


def sigmoid(z):
    return real([[0.5, 0.5]])
