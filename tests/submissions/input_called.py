"""Asks the keyboard inside the function.

softmax  error  input()
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    classes = int(input("How many classes? "))
    return np.full((len(logits), classes), 1 / classes)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
