"""The name is bound to a lambda.

softmax  passed
sigmoid  passed
"""

import numpy as np

sigmoid = lambda z: np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
softmax = lambda logits: (e := np.exp(logits - logits.max(axis=1, keepdims=True))) / e.sum(axis=1, keepdims=True)
