"""A binary classifier: hidden layers with relu, and one sigmoid neuron at the end.

The hidden layers make new features of the old ones, and the last neuron is a logistic regression on those. So the
border between the classes, a plane for the regression alone, may bend. relu(z) = max(z, 0) is the usual activation of
hidden layers: it is cheap, and where it lets a number through its slope is 1, however deep the network.

The last layer has no relu. The logit has to be free to be negative, or else no probability could lie below one half.
A hidden unit whose logit is negative for an example is switched off for it: it gives 0, and its outgoing weights do not
count.
"""

import numpy as np
from numba import njit

from grader import exercise, layers, uniform


@njit(cache=True)
def affine(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    z = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            total = 0.0  # in double precision, so that a long sum does not lose digits on its way
            for f in range(F):
                total += x[n, f] * w[f, u]
            z[n, u] = total + b[u]
    return z


@njit(cache=True)
def relu(z):
    N, U = z.shape
    h = np.empty_like(z)
    for n in range(N):
        for u in range(U):
            h[n, u] = max(z[n, u], 0)
    return h


@njit(cache=True)
def sigmoid(z):
    N, U = z.shape
    p = np.empty_like(z)
    for n in range(N):
        for u in range(U):
            # The same function in two forms: exp() is only ever taken of a number that is not positive.
            if z[n, u] >= 0:
                p[n, u] = 1 / (1 + np.exp(-z[n, u]))
            else:
                power = np.exp(z[n, u])
                p[n, u] = power / (1 + power)
    return p


@exercise(
    points=4,
    order=3,
    needs=["dense_stack", "logistic_regression"],
    x=uniform("N F"),
    weights=layers(uniform("F U", fan_in=True)),
    biases=layers(uniform("U", -1, 1)),
    chain="F U 1",
    returns="N 1",
)
def binary_classifier(x, weights, biases):
    """The probability of class 1, from a network with relu hidden layers and a sigmoid output.

    h = x
    for each layer i but the last, in order: h = relu(h weights[i] + biases[i])
    p = sigmoid(h weights[last] + biases[last])

    relu(z) = max(z, 0) and sigmoid(z) = 1 / (1 + exp(-z)), for each number of an array by itself. N is the number of
    examples, F the number of features of x. Every layer has a number of units U of its own, and it takes as many
    inputs as the layer before it has units; the last layer has one unit.

    Arguments:
        x: float32 array of shape (N, F).
        weights: list of float32 arrays, one a layer, in order: the first of shape (F, U of the first layer), the next
            of shape (U of the first layer, U of the second layer), and so on; the last has one column.
        biases: list of float32 arrays, one a layer, each of shape (U of its layer,).

    Returns:
        float32 array of shape (N, 1).

    The number of layers differs from call to call, from 1 to 4. With one layer there is no hidden layer: the network is
    a logistic regression.

    Example:
        >>> x = np.array([[1, -2], [-1, 1]], dtype=np.float32)
        >>> weights = [
        ...     np.array([[1, 0], [0, 1]], dtype=np.float32),
        ...     np.array([[1], [-2]], dtype=np.float32),
        ... ]
        >>> biases = [np.array([1, 0], dtype=np.float32), np.array([-1], dtype=np.float32)]
        >>> binary_classifier(x, weights, biases).round(4)
        array([[0.7311],
               [0.0474]], dtype=float32)
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = relu(affine(h, w, b))
    return sigmoid(affine(h, weights[-1], biases[-1]))


@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def fast_affine(x, w, b):
    """Four features at a time: a number of the result is fetched and stored once for four products."""
    N, F = x.shape
    U = w.shape[1]
    z = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            z[n, u] = b[u]
    first = F % 4
    for f in range(first):  # 1. So many features that the number of the others divides by four.
        for n in range(N):
            for u in range(U):
                z[n, u] += x[n, f] * w[f, u]
    for f in range(first, F, 4):  # 2. The others. Four rows of w stay near the processor while all examples use them.
        w0, w1, w2, w3 = w[f], w[f + 1], w[f + 2], w[f + 3]
        for n in range(N):
            x0, x1, x2, x3 = x[n, f], x[n, f + 1], x[n, f + 2], x[n, f + 3]
            for u in range(U):  # along rows, where numbers lie side by side: the compiler takes several at a time
                z[n, u] += x0 * w0[u] + x1 * w1[u] + x2 * w2[u] + x3 * w3[u]
    return z


@binary_classifier.fast
def fast_layers(x, weights, biases):
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = relu(fast_affine(h, w, b))
    return sigmoid(fast_affine(h, weights[-1], biases[-1]))


@binary_classifier.tensorflow
def keras(x, weights, biases):
    import tensorflow as tf

    hidden = [tf.keras.layers.Dense(w.shape[1], activation="relu") for w in weights[:-1]]
    model = tf.keras.Sequential([*hidden, tf.keras.layers.Dense(1, activation="sigmoid")])
    model.build(x.shape)
    for layer, w, b in zip(model.layers, weights, biases, strict=True):
        layer.set_weights([w, b])
    return model(x)


binary_classifier.telling(
    x=[[1, -2], [-1, 1]],
    weights=[[[1, 0], [0, 1]], [[1], [-2]]],
    biases=[[1, 0], [-1]],
)
binary_classifier.telling(
    x=[[2, -1], [0, 1], [-1, 1]],
    weights=[[[1, -1], [2, 1]], [[2, -1], [-2, 1]], [[1], [-2]]],
    biases=[[0, 1], [-1, 1], [-1]],
)
binary_classifier.telling(x=[[1, -1, 2], [0, 2, 1]], weights=[[[1], [2], [-1]]], biases=[[1]])


def switch_a_unit_off(inputs, rng):
    """Give one unit of each hidden layer a bias so negative that relu makes it 0 for every example."""
    for b in inputs["biases"][:-1]:
        b[int(rng.integers(0, len(b)))] = -40


binary_classifier.family("one layer", D=1, cases=1)
binary_classifier.family("four layers", D=4)
binary_classifier.family("switched-off units", D=(2, 4), adjust=switch_a_unit_off)
binary_classifier.benchmark(grow="N F U", D=3, N=256, F=784, U=256)

binary_classifier.hint(
    "Treat the last layer apart: which activation do the hidden layers have, and which one does it have?"
)
binary_classifier.hint("How many hidden layers are there when weights holds one array only?")
binary_classifier.hint(
    "A loop over the hidden layers, and the output layer after it. What goes into the first layer, and what goes into "
    "each one after it?"
)


@binary_classifier.mistake
def relu_forgotten(x, weights, biases):
    """Your hidden layers have no activation: each of them needs its relu.

    Without it all the layers together are one affine transform, and the hidden units give nothing that a single neuron
    could not. In the exercise's example the first row's hidden layer is [2, -2] and should become [2, 0]; without relu
    its logit is 2 + 4 - 1 = 5, where 2 - 1 = 1 is right.
    """
    h = x
    for w, b in zip(weights, biases, strict=True):
        h = h @ w + b
    return 1 / (1 + np.exp(-h))


@binary_classifier.mistake
def relu_before_the_sigmoid(x, weights, biases):
    """Your last layer has a relu before its sigmoid, so no probability is below one half: its logits stay as they are.

    A loop that gives every layer its relu reaches one layer too far. A negative logit then becomes 0, and sigmoid(0) is
    0.5. In the exercise's example the second row's logit is -3: you get 0.5, where 0.0474 is right. The output layer
    has the sigmoid as its only activation.
    """
    h = x
    for w, b in zip(weights, biases, strict=True):
        h = np.maximum(h @ w + b, 0)
    return 1 / (1 + np.exp(-h))


@binary_classifier.mistake
def sigmoid_in_the_hidden_layers(x, weights, biases):
    """Your hidden layers use the sigmoid: here they use relu, and only the last layer has the sigmoid.

    This is the stack of the chapter before. In the exercise's example the first row's hidden layer is [2, -2]: relu
    makes it [2, 0], the sigmoid [0.8808, 0.1192], and the logit becomes -0.3576 in place of 1.
    """
    h = x
    for w, b in zip(weights, biases, strict=True):
        h = 1 / (1 + np.exp(-(h @ w + b)))
    return h


@binary_classifier.mistake
def logits_returned(x, weights, biases):
    """Your result holds the last layer's logits: the sigmoid is still to be applied, so that probabilities come out.

    In the exercise's example the logits are 1 and -3, the probabilities 0.7311 and 0.0474. A probability lies between
    0 and 1.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ w + b, 0)
    return h @ weights[-1] + biases[-1]


@binary_classifier.mistake
def relu_on_the_input(x, weights, biases):
    """You apply relu to x itself: it comes after a layer's affine transform, not before.

    The features may be negative, and that tells the first layer something. In the exercise's example, relu turns
    the second row, [-1, 1], into [0, 1]: what the -1 said is gone before any weight has seen it.
    """
    h = x
    for w, b in zip(weights, biases, strict=True):
        h = np.maximum(h, 0) @ w + b
    return 1 / (1 + np.exp(-h))


@binary_classifier.mistake
def input_again(x, weights, biases):
    """Every layer gets the network's input x: from the second layer on, the input is the result of the layer before.

    Where the widths differ this raises an error about shapes. Where they are equal it goes through in silence: in the
    exercise's example the last layer then sees [1, -2] in place of the hidden layer's [2, 0].

    Look which name stands in the matrix product inside the loop, and whether it is given a new value in each turn.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(x @ w + b, 0)
    z = (x if len(weights) > 1 else h) @ weights[-1] + biases[-1]
    return 1 / (1 + np.exp(-z))


@binary_classifier.mistake
def one_hidden_layer_hard_coded(x, weights, biases):
    """Your code computes one hidden layer and the output, however many layers there are: let the lists' length decide.

    With one layer there is no hidden layer, and weights[0] is the output layer already. With three or four, those in
    the middle are left out, which raises an error only where the widths do not happen to fit.
    """
    h = np.maximum(x @ weights[0] + biases[0], 0)
    return 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])))


@binary_classifier.mistake
def no_bias(x, weights, biases):
    """The biases are missing: every layer adds its own before its activation.

    In the exercise's example the first row's hidden logits are [1, -2] without and [2, -2] with the bias [1, 0]. A
    hidden unit's bias decides where relu switches it on, the last one where the probability is one half.
    """
    h = x
    for w in weights[:-1]:
        h = np.maximum(h @ w, 0)
    return 1 / (1 + np.exp(-(h @ weights[-1])))


@binary_classifier.mistake
def class_instead_of_probability(x, weights, biases):
    """Your results are only 0 and 1: the probability of class 1 is asked for, not the likelier class.

    In the exercise's example you get 1 and 0 where 0.7311 and 0.0474 are right. The class follows from the
    probability, and not the other way round: how sure the network is, is lost.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ w + b, 0)
    p = 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])))
    return (p > 0.5).astype(np.float32)


@binary_classifier.mistake
def lost_axis(x, weights, biases):
    """Your values are right, but the column axis is gone: shape (N, 1) is asked for, not (N,).

    The last layer has one unit, and its axis stays. squeeze(), flatten() or an index [:, 0] at the end removes it, and
    with labels of shape (N, 1) a loss would then be broadcast to (N, N) without a warning.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ w + b, 0)
    return 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])[:, 0]))


@binary_classifier.mistake
def hidden_layers_from_the_input(x, weights, biases):
    """Your hidden layers all get the input x, and only the last of them goes on: each takes what the one before gave.

    With one hidden layer nothing shows. With more, those before the last have no effect, and where the widths differ
    there is an error about shapes. Look which name stands in the matrix product inside the loop, and whether it is
    given a new value in each turn.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(x @ w + b, 0)
    return 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])))


@binary_classifier.mistake
def bias_after_relu(x, weights, biases):
    """Your hidden layers add the bias after relu: the bias belongs to the sum, and relu comes last.

    For a sum of -1 and a bias of 3, relu(-1 + 3) is 2. If the bias comes after relu, it is relu(-1) + 3 = 3, and with a
    negative bias even a number below 0.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ w, 0) + b
    return 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])))


@binary_classifier.mistake
def tanh_in_the_hidden_layers(x, weights, biases):
    """Your hidden layers use tanh: here they use relu.

    A hidden logit of 2 stays 2 under relu and becomes 0.9640 under tanh; a logit of -2 becomes 0 under relu, -0.9640
    under tanh.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.tanh(h @ w + b)
    return 1 / (1 + np.exp(-(h @ weights[-1] + biases[-1])))
