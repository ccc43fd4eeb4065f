import numpy as np


def softmax(logits):
    out = np.zeros(logits.shape)
    for n in range(logits.shape[0]):
        e = np.exp(logits[0] - logits[0].max())
        out[n] = e / e.sum()
    return out
