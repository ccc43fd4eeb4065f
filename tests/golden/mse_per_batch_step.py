import numpy as np


def mse_per_batch(x, y, w, b, batch_size):
    losses = []
    for i in range(len(x)):
        error = y[i : i + batch_size] - (x[i : i + batch_size] @ w + b)
        losses.append(np.mean(error**2))
    return np.array(losses)
