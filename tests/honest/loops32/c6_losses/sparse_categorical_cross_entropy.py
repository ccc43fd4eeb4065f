import numpy as np

from .categorical_cross_entropy import categorical_cross_entropy


def one_hot(labels, K):
    y = np.zeros((len(labels), K), dtype=np.float32)
    for n in range(len(labels)):
        y[n, labels[n]] = 1
    return y


def sparse_categorical_cross_entropy(labels, y_hat):
    y = one_hot(labels, y_hat.shape[1])
    return categorical_cross_entropy(y, y_hat)
