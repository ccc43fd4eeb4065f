import numpy as np


def regression_targets(x, w, b):
    return x @ w.reshape(-1, 1) + b
