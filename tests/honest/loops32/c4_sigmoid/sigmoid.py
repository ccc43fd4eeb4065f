import numpy as np


def sigmoid_of_number(z):
    """Two formulas for the same thing; each is used where exp is small."""
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    e = np.exp(z)
    return e / (1 + e)


def sigmoid(z):
    y = np.zeros(z.shape, dtype=np.float32)
    for place in np.ndindex(z.shape):  # one axis or two
        y[place] = sigmoid_of_number(z[place])
    return y
