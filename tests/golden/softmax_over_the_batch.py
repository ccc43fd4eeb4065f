import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=0)
