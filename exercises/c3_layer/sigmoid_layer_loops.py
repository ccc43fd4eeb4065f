"""A sigmoid layer, one example and one neuron at a time."""

import numpy as np


def sigmoid_layer_loops(x, w, b):
    """Apply a layer of U sigmoid neurons to a mini-batch, one example and one neuron at a time.

    z[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]
    y[n, u] = 1 / (1 + exp(-z[n, u]))

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U): column u holds the weights of neuron u.
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U).

    The rule of this exercise: no matrix products. The operator @, NumPy's matmul, dot, einsum, tensordot, inner, vdot,
    multi_dot, vecdot, matvec and vecmat, its matrix type, and convolve, correlate and kron may not be used, nor may
    getattr and its like with names that are made while the code runs.

    Example:
        >>> x = np.array([[2, 0], [-1, 1]], dtype=np.float32)
        >>> w = np.array([[1, -1, 0], [1, 2, -2]], dtype=np.float32)
        >>> b = np.array([-1, 0, 1], dtype=np.float32)
        >>> sigmoid_layer_loops(x, w, b).round(4)
        array([[0.7311, 0.1192, 0.7311],
               [0.2689, 0.9526, 0.2689]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
