"""Marks of a merge that was never finished.

softmax  error  line 10
"""

import numpy as np


def softmax(logits):
<<<<<<< HEAD
    e = np.exp(logits)
=======
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
>>>>>>> main
    return e / e.sum(axis=1, keepdims=True)
