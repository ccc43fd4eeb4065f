"""A stack of sigmoid layers: the output of each is the input of the next.

This is a feed-forward network. Its weights are a list, with one matrix a layer; their widths must chain, since what
layer i gives is what layer i + 1 takes. Depth is a loop: the same few lines compute a network of one layer and of a
hundred.

The batch goes through whole. Only the number of columns changes from layer to layer, and the rows stay the examples
from the first layer to the last.
"""

import numpy as np
from numba import njit

from grader import exercise, layers, uniform


@njit(cache=True)
def sigmoid_layer(x, w, b):
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            z = 0.0 + b[u]  # in double precision, so that a long sum does not lose digits on its way
            for f in range(F):
                z += x[n, f] * w[f, u]
            # The same function in two forms: exp() is only ever taken of a number that is not positive.
            if z >= 0:
                y[n, u] = 1 / (1 + np.exp(-z))
            else:
                power = np.exp(z)
                y[n, u] = power / (1 + power)
    return y


@exercise(
    points=4,
    order=4,
    needs=["sigmoid_layer"],
    x=uniform("N F"),
    weights=layers(uniform("F U")),
    biases=layers(uniform("U")),
    chain="F U",
    returns="N U",
)
def dense_stack(x, weights, biases):
    """Send a mini-batch through sigmoid layer after sigmoid layer.

    a = x
    for each layer i, in order: a = sigmoid(a weights[i] + biases[i])
    y = a, after the last layer

    sigmoid(z) = 1 / (1 + exp(-z)), for each number of an array by itself. N is the number of examples, F the number of
    features of x. Every layer has a number of units U of its own, and it takes as many inputs as the layer before
    it has units.

    Arguments:
        x: float32 array of shape (N, F).
        weights: list of float32 arrays, one a layer, in order: the first of shape (F, U of the first layer), the next
            of shape (U of the first layer, U of the second layer), and so on.
        biases: list of float32 arrays, one a layer, each of shape (U of its layer,).

    Returns:
        float32 array of shape (N, U of the last layer).

    The number of layers differs from call to call, from 1 to 4.

    Example:
        >>> x = np.array([[1, -2]], dtype=np.float32)
        >>> weights = [
        ...     np.array([[1, 0], [0, 1]], dtype=np.float32),
        ...     np.array([[1, 1], [1, -1]], dtype=np.float32),
        ... ]
        >>> biases = [np.array([1, 0], dtype=np.float32), np.array([0, -2], dtype=np.float32)]
        >>> dense_stack(x, weights, biases).round(4)
        array([[0.7311, 0.2247]], dtype=float32)
    """
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = sigmoid_layer(a, w, b)
    return a


# A product and the sum it goes into may be one instruction; no divisor is compared with 0.
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def fast_layer(x, w, b):
    """Four features at a time: a number of the result is fetched and stored once for four products."""
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            y[n, u] = b[u]
    first = F % 4
    for f in range(first):  # 1. So many features that the number of the others divides by four.
        for n in range(N):
            for u in range(U):
                y[n, u] += x[n, f] * w[f, u]
    for f in range(first, F, 4):  # 2. The others. Four rows of w stay near the processor while all examples use them.
        w0, w1, w2, w3 = w[f], w[f + 1], w[f + 2], w[f + 3]
        for n in range(N):
            x0, x1, x2, x3 = x[n, f], x[n, f + 1], x[n, f + 2], x[n, f + 3]
            for u in range(U):  # along rows, where numbers lie side by side: the compiler takes several at a time
                y[n, u] += x0 * w0[u] + x1 * w1[u] + x2 * w2[u] + x3 * w3[u]
    for n in range(N):  # 3. The sigmoid, where the sums lie.
        for u in range(U):
            power = np.exp(-abs(y[n, u]))
            y[n, u] = (1 if y[n, u] >= 0 else power) / (1 + power)
    return y


@dense_stack.fast
def fast_layers(x, weights, biases):
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = fast_layer(a, w, b)
    return a


@dense_stack.tensorflow
def keras(x, weights, biases):
    import tensorflow as tf

    a = x
    for w, b in zip(weights, biases, strict=True):
        layer = tf.keras.layers.Dense(w.shape[1], activation="sigmoid")
        layer.build(a.shape)
        layer.set_weights([w, b])
        a = layer(a)
    return a


dense_stack.telling(
    x=[[1, -2]],
    weights=[[[1, 0], [0, 1]], [[1, 1], [1, -1]]],
    biases=[[1, 0], [0, -2]],
)
dense_stack.telling(
    x=[[2, -1], [0, 1], [-1, 1]],
    weights=[[[1, -1], [2, 1]], [[2, -1], [-2, 3]], [[1, -3], [-2, 2]]],
    biases=[[0, 1], [-1, 1], [2, 0]],
)
dense_stack.telling(x=[[1, -1, 2], [0, 2, 1]], weights=[[[1, 2], [-1, 1], [-1, 0]]], biases=[[1, -1]])

dense_stack.family("one layer", D=1, cases=1)
dense_stack.family("four layers", D=4)
dense_stack.family("equal widths", D=(2, 4), F=3, U=3)
dense_stack.benchmark(grow="N F U", D=3, N=256, F=784, U=256)

dense_stack.hint("You have a layer already. What is the input of the second layer?")
dense_stack.hint("One loop, over the layers. Which name holds the result of the layer before, and what becomes of it?")
dense_stack.hint(
    "The two lists belong together: weights[i] and biases[i] are one layer. The number of layers is the length of "
    "either list, and differs from call to call."
)


@dense_stack.mistake
def input_again(x, weights, biases):
    """Every layer gets the network's input x: from the second layer on, the input is the result of the layer before.

    Where the widths differ this raises an error about shapes. Where they are equal it goes through in silence, and the
    result is that of the last layer alone. In the exercise's example you get [0.2689, 0.7311], where
    [0.7311, 0.2247] is right.

    Look which name stands in the matrix product inside the loop, and whether it is given a new value in each turn.
    """
    for w, b in zip(weights, biases, strict=True):
        y = 1 / (1 + np.exp(-(x @ w + b)))
    return y


@dense_stack.mistake
def sigmoid_only_at_the_end(x, weights, biases):
    """Your sigmoid stands after the loop: each layer has one of its own.

    Without an activation between them, all the layers together are one affine transform, and depth adds nothing. In the
    exercise's example the second layer then gets [2, -2] in place of [0.8808, 0.1192], and the result is [0.5, 0.8808],
    where [0.7311, 0.2247] is right.
    """
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = a @ w + b
    return 1 / (1 + np.exp(-a))


@dense_stack.mistake
def no_sigmoid_at_the_end(x, weights, biases):
    """Your last layer has no sigmoid: in this stack every layer has one, the last one included.

    In the exercise's example the last layer's logits are [1, -1.2384]; the result is their sigmoid,
    [0.7311, 0.2247]. Networks whose last layer differs from the others come in the next chapter.
    """
    a = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        a = 1 / (1 + np.exp(-(a @ w + b)))
    return a @ weights[-1] + biases[-1]


@dense_stack.mistake
def sigmoid_twice_at_the_end(x, weights, biases):
    """You apply one sigmoid more after the last layer: its own is the last step.

    Since a sigmoid's results lie between 0 and 1, another sigmoid of them lies between 0.5 and 0.7311. In the
    exercise's example you get [0.6750, 0.5559], where [0.7311, 0.2247] is right.
    """
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = 1 / (1 + np.exp(-(a @ w + b)))
    return 1 / (1 + np.exp(-a))


@dense_stack.mistake
def last_layer_left_out(x, weights, biases):
    """Your result is that of the last layer but one: the last layer is still to be applied.

    A loop over the length less one stops before the last layer. It is right for code that looks at layer i and at
    layer i + 1 in one turn, and one too few here. In the exercise's example you get [0.8808, 0.1192], the first
    layer's result.
    """
    a = x
    for i in range(len(weights) - 1):
        a = 1 / (1 + np.exp(-(a @ weights[i] + biases[i])))
    return a


@dense_stack.mistake
def only_the_first_layer(x, weights, biases):
    """Your function returns after its first layer: all the layers of the list are asked for.

    A return that is indented into the loop ends the function in its first turn. For a stack of two this looks like
    a last layer left out; for a deeper one, more than one is missing.
    """
    for w, b in zip(weights, biases, strict=True):
        return 1 / (1 + np.exp(-(x @ w + b)))
    return x


@dense_stack.mistake
def two_layers_hard_coded(x, weights, biases):
    """Your code computes two layers, however many there are: let the length of the list decide.

    With one layer, weights[1] raises an IndexError. With three or four, the rest is left out without any error. The
    number of layers differs from call to call.
    """
    a = 1 / (1 + np.exp(-(x @ weights[0] + biases[0])))
    return 1 / (1 + np.exp(-(a @ weights[1] + biases[1])))


@dense_stack.mistake
def no_bias(x, weights, biases):
    """The biases are missing: every layer adds its own before its sigmoid.

    In the exercise's example the first layer's logits are [1, -2] without and [2, -2] with the bias [1, 0]. Each
    layer's bias counts, since what one layer gives is what the next one works with.
    """
    a = x
    for w in weights:
        a = 1 / (1 + np.exp(-(a @ w)))
    return a


@dense_stack.mistake
def first_bias_in_every_layer(x, weights, biases):
    """Every layer gets the first layer's bias: layer i has the bias biases[i].

    Where the widths differ this raises an error or is broadcast; where they are equal it goes through in silence. In
    the exercise's example the second layer's bias is [0, -2]; with [1, 0] again you get [0.8808, 0.6817], where
    [0.7311, 0.2247] is right.
    """
    a = x
    for w in weights:
        a = 1 / (1 + np.exp(-(a @ w + biases[0])))
    return a


@dense_stack.mistake
def relu_between_the_layers(x, weights, biases):
    """Your hidden layers use relu: in this stack every layer is a sigmoid layer.

    relu keeps positive logits as they are and makes the negative ones 0. In the exercise's example the first layer
    then gives [2, 0], where the sigmoid gives [0.8808, 0.1192]. Networks with relu come in the next chapter.
    """
    a = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        a = np.maximum(a @ w + b, 0)
    return 1 / (1 + np.exp(-(a @ weights[-1] + biases[-1])))


@dense_stack.mistake
def relu_for_sigmoid(x, weights, biases):
    """Your layers have relu: in this stack each of them has the sigmoid.

    A relu's output is 0 or any positive number, a sigmoid's lies between 0 and 1. In the exercise's example the first
    layer's logits 2 and -2 become 2 and 0 by relu, and 0.8808 and 0.1192 by the sigmoid.
    """
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = np.maximum(a @ w + b, 0)
    return a


@dense_stack.mistake
def tanh_for_sigmoid(x, weights, biases):
    """Your layers have tanh, whose values lie between -1 and 1: in this stack each layer has the sigmoid.

    In the exercise's example the first layer's logits 2 and -2 become 0.9640 and -0.9640 by tanh, and 0.8808 and 0.1192
    by the sigmoid.
    """
    a = x
    for w, b in zip(weights, biases, strict=True):
        a = np.tanh(a @ w + b)
    return a
