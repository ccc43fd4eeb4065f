"""TensorFlow imported at the top, as a notebook left it, and not used by either answer.

softmax  passed
sigmoid  passed
"""

import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Dense


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
