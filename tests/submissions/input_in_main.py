"""Asks the keyboard where only a run as a program would ask.

softmax  passed
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

if __name__ == "__main__":
    input("Press Enter to begin ")
    print(softmax(np.zeros((2, 2))))
