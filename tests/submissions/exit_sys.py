"""sys.exit(0) inside the function: an exit status of 0 is not a pass.

softmax  error  exit
sigmoid  passed
"""

import sys

import numpy as np


def softmax(logits):
    sys.exit(0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
