import numpy as np

from .regression_targets import regression_targets


def binary_targets(x, w, b, threshold):
    scores = regression_targets(x, w, b)
    y = np.zeros(len(scores), dtype=np.int32)
    for n in range(len(scores)):
        if scores[n] > threshold:
            y[n] = 1
    return y
