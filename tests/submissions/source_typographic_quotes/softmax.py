"""Quotes from a word processor.

softmax  error  line 10
"""

import numpy as np


def softmax(logits):
    print(“softmax”)
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
