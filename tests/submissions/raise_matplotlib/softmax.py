"""Plots at the top level, on a machine without matplotlib.

needs    no matplotlib
softmax  error  matplotlib
"""

import matplotlib.pyplot as plt
import numpy as np

plt.plot(np.arange(10))
plt.show()


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
