"""A classifier for several classes: hidden layers with relu, and a softmax layer at the end."""

import numpy as np


def multiclass_classifier(x, weights, biases):
    """Send a batch through hidden relu layers and a softmax layer, to a probability for each class.

    hidden layers:  a = relu(a w + b), one after the other, starting from a = x;  relu(z) = max(z, 0)
    last layer:     probabilities = softmax(a w + b), over each row

    weights[i] and biases[i] are the w and b of layer i. N is the batch, F the number of features, K the number of
    classes.

    Arguments:
        x: float32 array of shape (N, F).
        weights: list of float32 arrays, one a layer: the first of shape (F, ...), the last of shape (..., K). Each
            layer has as many inputs as the layer before it has outputs.
        biases: list of float32 arrays, as many as weights: biases[i] has one number for each column of weights[i].

    Returns:
        float32 array of shape (N, K): each row sums to 1.

    The number of layers differs from call to call. With a single layer there is no hidden one, and no relu.

    Example:
        >>> x = np.array([[1, -2]], dtype=np.float32)
        >>> weights = [np.array([[1, 0], [0, 1]], dtype=np.float32), np.array([[1, 0], [1, 2]], dtype=np.float32)]
        >>> biases = [np.array([0, 0], dtype=np.float32), np.array([-1, 1], dtype=np.float32)]
        >>> multiclass_classifier(x, weights, biases).round(4)
        array([[0.2689, 0.7311]], dtype=float32)
    """
    # TODO
    raise NotImplementedError
