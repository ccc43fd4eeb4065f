"""Makes the folder that it runs in hard to remove: no rights, a link to itself.

needs    posix
softmax  error|passed
sigmoid  error|passed
"""

import os

import numpy as np

if not os.path.exists("locked"):
    os.makedirs("locked/inside")
    os.symlink(os.path.abspath("locked"), "locked/inside/again")
    os.chmod("locked/inside", 0)
    os.chmod("locked", 0)
    os.chmod(".", 0o500)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
