"""A classifier for several classes: hidden layers with relu, and a softmax layer at the end.

The hidden layers turn the features into better ones, the last layer weighs these for each class. The relu between them
is what makes several layers worth more than one: without it, affine transforms of affine transforms are one affine
transform again.

The last layer's logits go into softmax as they are. A relu there would cut all negative logits to 0, and with them
the difference between "unlikely" and "hopeless".
"""

import numpy as np
from numba import njit

from grader import exercise, layers, uniform


@njit(cache=True)
def affine(x, w, b):
    """x w + b: (N, F), (F, U) and (U,) -> (N, U)."""
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            total = 0.0  # in double precision, so that a long sum does not lose digits on its way
            for f in range(F):
                total += x[n, f] * w[f, u]
            y[n, u] = total + b[u]
    return y


@njit(cache=True)
def relu(z):
    """Each number, or 0 where it is negative: (N, U) -> (N, U)."""
    N, U = z.shape
    y = np.empty_like(z)
    for n in range(N):
        for u in range(U):
            y[n, u] = max(z[n, u], 0)
    return y


@njit(cache=True)
def softmax(logits):
    """Each row as a distribution: (N, K) -> (N, K)."""
    N, K = logits.shape
    probabilities = np.empty_like(logits)
    for n in range(N):
        largest = logits[n, 0]
        for k in range(1, K):
            largest = max(largest, logits[n, k])
        total = 0.0
        for k in range(K):
            probabilities[n, k] = np.exp(logits[n, k] - largest)
            total += probabilities[n, k]
        for k in range(K):
            probabilities[n, k] /= total
    return probabilities


@exercise(
    points=4,
    order=3,
    needs=["softmax_layer", "binary_classifier"],
    chain="F U K",
    K=(1, 7),
    x=uniform("N F"),
    weights=layers(uniform("F U", -2, 2, fan_in=True)),
    biases=layers(uniform("U", -1, 1)),
    returns="N K",
)
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
    a = x
    last = len(weights) - 1
    for layer in range(last):
        a = relu(affine(a, weights[layer], biases[layer]))
    return softmax(affine(a, weights[last], biases[last]))


@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def fast_affine(x, w, b):
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
    return y


@multiclass_classifier.fast
def fast_layers(x, weights, biases):
    a = x
    last = len(weights) - 1
    for layer in range(last):
        a = relu(fast_affine(a, weights[layer], biases[layer]))
    return softmax(fast_affine(a, weights[last], biases[last]))


@multiclass_classifier.tensorflow
def keras(x, weights, biases):
    import tensorflow as tf

    class Classifier(tf.keras.Model):
        def __init__(self, widths):
            super().__init__()
            self.hidden = [tf.keras.layers.Dense(width, activation="relu") for width in widths[:-1]]
            self.output_layer = tf.keras.layers.Dense(widths[-1], activation="softmax")

        def call(self, x):
            for layer in self.hidden:
                x = layer(x)
            return self.output_layer(x)

    model = Classifier([len(b) for b in biases])
    model(x)  # the first call is what makes the layers' weights
    for layer, w, b in zip([*model.hidden, model.output_layer], weights, biases, strict=True):
        layer.set_weights([w, b])
    return model(x)


multiclass_classifier.telling(
    x=[[1, -2], [2, 1], [-1, 3]],
    weights=[[[1, 0], [0, 1]], [[1, 0], [1, 2]]],
    biases=[[0, 0], [-1, 1]],
)
multiclass_classifier.telling(
    x=[[1, -2], [-1, 2]],
    weights=[[[1, -1, 2], [1, 1, -1]], [[1, -1], [-1, 2], [1, 1]], [[1, -1, 0], [-2, 1, 1]]],
    biases=[[1, -1, 0], [-1, 1], [0, 1, -2]],
)
# Widths that are all equal: a layer that takes the wrong input goes through without an error.
multiclass_classifier.telling(
    x=[[1, -2], [2, 1]],
    weights=[[[1, -1], [1, 1]], [[1, 2], [-1, 1]], [[1, -1, 0], [-2, 1, 1]]],
    biases=[[1, 0], [0, 1], [0, 1, -2]],
)
multiclass_classifier.telling(x=[[1000, -1], [2, 3]], weights=[[[1, -2, 1], [1, 1, -1]]], biases=[[-1, 1, 0]])

multiclass_classifier.family("one layer", D=1, K=(2, 5), cases=1)
multiclass_classifier.family("four layers", D=4, K=(2, 5), cases=2)
# Whole numbers: such large sums would else differ by their rounding, and softmax would show it.
multiclass_classifier.family(
    "large logits",
    D=2,
    K=(2, 5),
    x=uniform("N F", -10, 10, step=1),
    weights=layers(uniform("F U", -8, 8, step=1)),
    biases=layers(uniform("U", -8, 8, step=1)),
    cases=2,
)
multiclass_classifier.family("typical", K=(2, 7))
multiclass_classifier.family("large", N=(8, 10), F=(8, 10), U=(6, 10), K=(4, 6), D=3)
multiclass_classifier.benchmark(grow="N F U", D=3, N=256, F=784, U=256, K=10)

multiclass_classifier.hint(
    "How does the last layer differ from those before it, and how do you know that a layer is the last?"
)
multiclass_classifier.hint("What is the input of the second layer? Trace one example through two layers by hand.")
multiclass_classifier.hint("With a list of one layer there is nothing hidden. Does your loop then run zero times?")
multiclass_classifier.hint(
    "The last layer's logits may be negative, and may be large. What does softmax need of them, and what not?"
)


def _rows(logits):
    """The softmax of each row, for the mistakes below."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _hidden(x, weights, biases):
    """The hidden layers, for the mistakes below."""
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(x @ w + b, 0)
    return x


@multiclass_classifier.mistake
def no_relu(x, weights, biases):
    """Your hidden layers leave out the relu: each one needs it, the last layer does not.

    Without it, negative sums go on to the next layer, and the whole network could be replaced by a single layer: an
    affine transform of an affine transform is one affine transform.

    With x = [1, -2], first weights [[1, 0], [0, 1]] and no bias the hidden layer must give [1, 0]. Without the relu it
    gives [1, -2].
    """
    for w, b in zip(weights, biases, strict=True):
        x = x @ w + b
    return _rows(x)


@multiclass_classifier.mistake
def relu_before_softmax(x, weights, biases):
    """Your last layer has a relu too, which makes all its negative logits 0: softmax takes them as they are.

    A logit of -5 says that a class is very unlikely. A relu turns it into 0, as likely as a logit of 0 would be. With
    the logits [-2, -4] the probabilities are [0.8808, 0.1192]; after a relu they are [0.5, 0.5].

    If you use one loop for all layers, leave the last one out of it, or ask in the loop whether it is the last.
    """
    for w, b in zip(weights, biases, strict=True):
        x = np.maximum(x @ w + b, 0)
    return _rows(x)


@multiclass_classifier.mistake
def softmax_in_every_layer(x, weights, biases):
    """Your hidden layers use softmax: they use relu, and softmax belongs to the last layer alone.

    Softmax squeezes each hidden row into numbers that sum to 1. The size of what a layer has found is lost, and so is
    what softmax does not see: a number added to the whole row.
    """
    for w, b in zip(weights, biases, strict=True):
        x = _rows(x @ w + b)
    return x


@multiclass_classifier.mistake
def sigmoid_in_the_hidden_layers(x, weights, biases):
    """Your hidden layers use the sigmoid: here they use relu, max(z, 0).

    The sigmoid of [1, -2] is [0.7311, 0.1192], its relu is [1, 0]. Networks with sigmoid hidden layers exist (you
    wrote one in chapter 3), but their numbers are others.
    """
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = 1 / (1 + np.exp(-(x @ w + b)))
    return _rows(x @ weights[-1] + biases[-1])


@multiclass_classifier.mistake
def sigmoid_at_the_end(x, weights, biases):
    """Your last layer uses the sigmoid, each unit by itself: rows do not sum to 1. With several classes use softmax.

    The sigmoid is the answer to one yes-or-no question, as in the binary classifier. Softmax answers "which of the K
    classes?": what one class gains the others lose. With the logits [0, 0, 0] softmax gives a third to each.
    """
    return 1 / (1 + np.exp(-(_hidden(x, weights, biases) @ weights[-1] + biases[-1])))


@multiclass_classifier.mistake
def no_softmax(x, weights, biases):
    """Your result is the last layer's logits: their softmax is still to be taken.

    Logits can be any numbers. The result is a probability for each class: positive, and each row sums to 1.
    """
    return _hidden(x, weights, biases) @ weights[-1] + biases[-1]


@multiclass_classifier.mistake
def no_bias(x, weights, biases):
    """Your layers leave out their biases: each layer adds its own b before its activation.

    With x = [1, -2], weights [[1, 0], [0, 1]] and [[1, 0], [1, 2]] and the last biases [-1, 1] the logits are
    [1, 0] + [-1, 1] = [0, 1]. Without the biases they are [1, 0], and the other class wins.
    """
    for w in weights[:-1]:
        x = np.maximum(x @ w, 0)
    return _rows(x @ weights[-1])


@multiclass_classifier.mistake
def input_reused(x, weights, biases):
    """Your layers all read the network's input x: each layer reads what the layer before it gave.

    Where the widths differ this fails with an error about shapes. Where all layers are as wide as the input it is
    silent, and only the last layer counts. With x = [1, -2] and a first layer that gives [1, 0] after its relu, the
    second layer must see [1, 0], not [1, -2].

    Look at the name that goes into the product inside the loop, and at where its value comes from.
    """
    logits = x
    for w, b in zip(weights, biases, strict=True):
        logits = x @ w + b
    return _rows(logits)


@multiclass_classifier.mistake
def always_two_layers(x, weights, biases):
    """You use the first two layers only: there may be one layer, or four. Go through the whole list.

    The example in the docstring has two layers, one hidden and one at the end. With a single layer there is no
    weights[1], and with three, the result would come from the middle of the network and have its width.

    A loop over all layers but the last, and the last one after it, covers every depth.
    """
    hidden = np.maximum(x @ weights[0] + biases[0], 0)
    return _rows(hidden @ weights[1] + biases[1])


@multiclass_classifier.mistake
def over_the_batch(x, weights, biases):
    """Your columns sum to 1; the rows should: normalise over the classes (axis 1).

    Row n holds the probabilities of example n, one for each class. Over the batch, the examples compete for each
    class, and a batch of one gives 1 everywhere.
    """
    return _rows((_hidden(x, weights, biases) @ weights[-1] + biases[-1]).T).T


@multiclass_classifier.mistake
def without_the_shift(x, weights, biases):
    """exp() overflows for large logits, and inf / inf is not a number: subtract each row's largest logit first.

    In float32, exp(89) is already infinite. Relu layers do not bound their outputs as sigmoid layers do, so logits of
    several hundreds are nothing unusual. Softmax does not change when the same number is subtracted from all logits of
    a row: with the row's largest, the largest exponent is 0.
    """
    powers = np.exp(_hidden(x, weights, biases) @ weights[-1] + biases[-1])
    return powers / powers.sum(axis=1, keepdims=True)


@multiclass_classifier.mistake
def hidden_layers_from_the_input(x, weights, biases):
    """Your hidden layers all get the input x, and only the last of them goes on: each takes what the one before gave.

    With one hidden layer nothing shows. With more, those before the last have no effect, and where the widths differ
    there is an error about shapes. Look which name stands in the matrix product inside the loop, and whether it is
    given a new value in each turn.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(x @ w + b, 0)
    return _rows(h @ weights[-1] + biases[-1])


@multiclass_classifier.mistake
def bias_after_relu(x, weights, biases):
    """Your hidden layers add the bias after relu: the bias belongs to the sum, and relu comes last.

    For a sum of -1 and a bias of 3, relu(-1 + 3) is 2. If the bias comes after relu, it is relu(-1) + 3 = 3, and with a
    negative bias even a number below 0.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.maximum(h @ w, 0) + b
    z = h @ weights[-1] + biases[-1]
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@multiclass_classifier.mistake
def tanh_in_the_hidden_layers(x, weights, biases):
    """Your hidden layers use tanh: here they use relu.

    A hidden logit of 2 stays 2 under relu and becomes 0.9640 under tanh; a logit of -2 becomes 0 under relu, -0.9640
    under tanh.
    """
    h = x
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        h = np.tanh(h @ w + b)
    z = h @ weights[-1] + biases[-1]
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
