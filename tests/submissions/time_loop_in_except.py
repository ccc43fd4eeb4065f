"""An endless loop that swallows every exception, so that no signal handler which raises can end it.

softmax  timeout  second
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    while True:
        try:
            while True:
                pass
        except:
            pass


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
