"""Plots at the top level where matplotlib is not installed: the import error is the learner's.

needs    no matplotlib
softmax  error  matplotlib
sigmoid  error  matplotlib
"""

import matplotlib.pyplot as plt
import numpy as np

plt.plot(np.arange(10))
plt.show()


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
