"""Empties sys.modules and puts a grader of its own there; the answers are wrong.

softmax  failed|error|crashed
sigmoid  failed|error|crashed
"""

import sys
import types

import numpy as np

grader = types.ModuleType("grader")
grader.compare = types.SimpleNamespace(compare=lambda *args: "passed")
sys.modules.clear()
sys.modules.update({"grader": grader, "grader.compare": grader.compare, "numpy": np})


def softmax(logits):
    return np.zeros_like(logits)


def sigmoid(z):
    return np.zeros_like(z)
