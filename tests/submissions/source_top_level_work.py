"""Work at the top level: an experiment with random numbers before, between and after the functions.

softmax  passed
sigmoid  passed
"""

import numpy as np

np.random.seed(1)
np.set_printoptions(precision=2, suppress=True)
data = np.random.randn(100, 10).astype(np.float32)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


for epoch in range(3):
    loss = -np.log(softmax(data)[:, 0]).mean()
    print("epoch", epoch, "loss", loss)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))

assert np.allclose(sigmoid(np.zeros(3)), 0.5)
