"""Imports the learner's own module.

softmax  passed
"""

from helpers import exponentials


def softmax(logits):
    e = exponentials(logits)
    return e / e.sum(axis=1, keepdims=True)
