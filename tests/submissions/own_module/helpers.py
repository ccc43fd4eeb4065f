"""A learner's own module beside the answers."""

import numpy as np


def exponentials(logits):
    return np.exp(logits - logits.max(axis=1, keepdims=True))
