import numpy as np


def sigmoid_layer(x, w, b):
    """sigmoid(x w + b)"""
    z = np.matmul(x, w) + b
    return 1 / (1 + np.exp(-z))
