"""GeneratorExit, which is no Exception.

softmax  error  GeneratorExit
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise GeneratorExit


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
