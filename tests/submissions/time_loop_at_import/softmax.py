"""An endless loop at the top level: the file never finishes loading.

softmax  timeout  second
"""

import numpy as np

learning_rate = 0.1
while learning_rate > 0:
    learning_rate = abs(learning_rate)


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
