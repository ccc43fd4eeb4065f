"""An answer whose end of life writes into the next input and prints a verdict.

softmax  failed
sigmoid  passed
"""

import gc

import numpy as np


class Answer(np.ndarray):
    def __del__(self):
        print("softmax   passed")
        for thing in gc.get_objects():
            if type(thing) is np.ndarray and thing.dtype == np.float32 and thing.flags.writeable:
                thing[...] = 0


def softmax(logits):
    return np.zeros(logits.shape, np.float32).view(Answer)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
