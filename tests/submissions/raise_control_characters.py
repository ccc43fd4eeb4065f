"""An exception whose message holds colours, a cleared screen, a NUL and a workflow command.

softmax  error  ValueError
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    text = "\x1b[2J\x1b[32mpassed\x1b[0m\x00\r\n"
    text += "::error title=forged::forged\n  ::set-env name=PATH::forged\n##[error]forged"
    raise ValueError(text)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
