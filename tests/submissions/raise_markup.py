"""An exception whose message is markup for a terminal, a web page and a table.

softmax  error  ValueError
sigmoid  passed
"""

import numpy as np


def softmax(logits):
    raise ValueError("[bold red]x[/nope] <script>alert(1)</script> | a | ``` ]]> &amp; [/]")


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
