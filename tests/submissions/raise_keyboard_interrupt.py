"""KeyboardInterrupt, as if the teacher had pressed Ctrl-C.

softmax  error  KeyboardInterrupt
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise KeyboardInterrupt


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
