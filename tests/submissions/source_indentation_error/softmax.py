"""A body that is not indented.

softmax  error  line 10
"""

import numpy as np


def softmax(logits):
return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
