"""Asks the keyboard at the top level.

softmax  error  input()
"""

import numpy as np

name = input("Your name: ")


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
