"""A later exercise that imports the earlier one, as the course's folders lie.

logistic_regression  passed
"""

import numpy as np

from exercises.c4_sigmoid.sigmoid import sigmoid


def logistic_regression(x, w, b):
    return sigmoid(np.asarray(x @ w + b))
