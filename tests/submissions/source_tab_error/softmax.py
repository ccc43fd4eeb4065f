"""Tabs and spaces mixed, which an editor does not show.

softmax  error  line 12
"""

import numpy as np


def softmax(logits):
    for n in range(len(logits)):
        e = np.exp(logits[n])
	logits[n] = e / e.sum()
    return logits
