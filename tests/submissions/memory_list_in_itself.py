"""A list that holds itself.

softmax  failed  list
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    answer = []
    answer.append(answer)
    return answer


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
