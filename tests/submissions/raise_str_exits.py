"""An exception that ends the process when it is printed.

softmax  crashed
sigmoid  passed
"""

import os

import numpy as np


class Bomb(Exception):
    def __str__(self):
        os._exit(0)


def softmax(logits):
    raise Bomb


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
