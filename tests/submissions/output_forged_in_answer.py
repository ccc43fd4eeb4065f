"""A workflow command, a colour and markup as the name of the answer's type.

softmax  failed
sigmoid  passed
"""

import numpy as np

Forged = type("\x1b[32mpassed\n::error::forged\n##[error]forged [bold]x[/nope]", (), {})


def softmax(logits):
    return Forged()


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
