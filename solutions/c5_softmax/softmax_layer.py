"""A softmax layer: an affine transform with one output per class, and softmax over the classes.

It is what a sigmoid neuron becomes when there are more than two classes. Column u of the weights holds what speaks for
class u; the affine transform adds the evidence up, and softmax turns the sums of one example into a distribution.

Softmax cannot be computed one unit at a time, as the sigmoid can: every probability needs the logits of all units. So
the loops first fill a row of logits, and then go over that row again.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=2,
    needs=["softmax", "dense"],
    x=uniform("N F"),
    w=uniform("F U", -2, 2, fan_in=True),
    b=uniform("U"),
    returns="N U",
)
@njit(cache=True)
def softmax_layer(x, w, b):
    """Compute a layer of units whose outputs are probabilities: softmax(x w + b).

    logits[n, u]        = (sum over f of x[n, f] w[f, u]) + b[u]
    probabilities[n, u] = exp(logits[n, u]) / sum over j of exp(logits[n, j])

    N is the batch, F the number of features, U the number of units, one a class; n, f and u count them, j counts units
    as u does. w holds a weight for each feature and unit, b a bias for each unit.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U).
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U): each row sums to 1.

    The logits can be large enough, in the hundreds, for exp() to overflow. With U = 1 every probability is 1.

    Example:
        >>> x = np.array([[1, 2], [0, -1]], dtype=np.float32)
        >>> w = np.array([[1, 0, -1], [0, 1, 1]], dtype=np.float32)
        >>> b = np.array([0, 0, 1], dtype=np.float32)
        >>> softmax_layer(x, w, b).round(4)
        array([[0.1554, 0.4223, 0.4223],
               [0.4223, 0.1554, 0.4223]], dtype=float32)
    """
    N, F = x.shape
    U = w.shape[1]
    probabilities = np.empty((N, U), dtype=w.dtype)
    logits = np.empty(U)  # of one example, in double precision
    for n in range(N):
        # 1. The logits of example n.
        for u in range(U):
            total = 0.0
            for f in range(F):
                total += x[n, f] * w[f, u]
            logits[u] = total + b[u]
        # 2. The largest of them, so that no exponential overflows.
        largest = logits[0]
        for u in range(1, U):
            largest = max(largest, logits[u])
        # 3. Their exponentials, divided by the sum of these.
        total = 0.0
        for u in range(U):
            logits[u] = np.exp(logits[u] - largest)
            total += logits[u]
        for u in range(U):
            probabilities[n, u] = logits[u] / total
    return probabilities


@softmax_layer.fast
# A product and the sum it goes into may be one instruction; no divisor is compared with 0.
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def four_features_at_a_time(x, w, b):
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
    for n in range(N):  # 3. The softmax, where the logits lie.
        largest = y[n, 0]
        for u in range(1, U):
            largest = max(largest, y[n, u])
        total = 0.0
        for u in range(U):
            y[n, u] = np.exp(y[n, u] - largest)
            total += y[n, u]
        for u in range(U):
            y[n, u] /= total
    return y


@softmax_layer.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(w.shape[1], activation="softmax")
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


softmax_layer.telling(x=[[1, 2], [0, -1]], w=[[1, 0, -1], [0, 1, 1]], b=[0, 0, 1])
softmax_layer.telling(x=[[1, -1], [2, 1], [-1, 1]], w=[[1, -1], [-1, 2]], b=[-2, 1])
softmax_layer.telling(x=[[1000], [-2]], w=[[1, 2]], b=[-1, 1])

# Whole numbers: such large sums would else differ by their rounding, and softmax would show it.
softmax_layer.family(
    "large logits",
    x=uniform("N F", -20, 20, step=1),
    w=uniform("F U", -30, 30, step=1),
    b=uniform("U", -20, 20, step=1),
)
softmax_layer.family("large", N=(8, 12), F=(8, 12), U=(6, 10))
softmax_layer.benchmark(grow="N F U", N=256, F=512, U=1000)

softmax_layer.hint(
    "There are two steps, and you have written both before. What is the shape of what goes from one to the other?"
)
softmax_layer.hint("The units are the classes. Over which axis must the result sum to 1?")
softmax_layer.hint(
    "Does your softmax hold for logits of several hundreds? Look again at what is subtracted before exp()."
)


def _rows(logits):
    """The softmax of each row, for the mistakes below."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@softmax_layer.mistake
def no_bias(x, w, b):
    """Your layer leaves out the bias: each unit's b is still to be added to its logit, before softmax.

    With x = [0, -1], the weights [[1, 0, -1], [0, 1, 1]] and the biases [0, 0, 1] the sums are [0, -1, -1] and the
    logits [0, -1, 0], which gives [0.4223, 0.1554, 0.4223]. Without the biases it is [0.5761, 0.2119, 0.2119].

    Where all biases are equal nothing changes, since softmax does not see what is common to a row.
    """
    return _rows(x @ w)


@softmax_layer.mistake
def bias_twice(x, w, b):
    """The bias is in your logits twice: it belongs there once.

    With x = [0, -1], the weights [[1, 0, -1], [0, 1, 1]] and the biases [0, 0, 1] the logits are [0, -1, 0]. With the
    bias added twice they are [0, -1, 1].

    If your dense layer adds the bias already, nothing more is to be added here.
    """
    return _rows(x @ w + 2 * b)


@softmax_layer.mistake
def bias_after_softmax(x, w, b):
    """You add the bias to the probabilities: add it to the logits, before softmax. Your rows do not sum to 1.

    The bias belongs to the affine transform: it says how likely a class is before anything is seen of the example.
    Added after softmax it makes "probabilities" that can be negative or larger than 1.
    """
    return _rows(x @ w) + b


@softmax_layer.mistake
def no_softmax(x, w, b):
    """Your result is the logits, x w + b: their softmax is still to be taken.

    Logits can be any numbers. The layer's outputs are probabilities: positive, and each row sums to 1. With the logits
    [0, -1, 0] the result is [0.4223, 0.1554, 0.4223].
    """
    return x @ w + b


@softmax_layer.mistake
def softmax_twice(x, w, b):
    """You take the softmax of the softmax, which pulls all probabilities together: take it once.

    The rows still sum to 1, so it is easy to overlook. But the second softmax gets numbers between 0 and 1, and the
    exponentials of these lie between 1 and 2.72: with three classes nothing can be above 0.58 any more. The logits
    [10, 0, 0] give almost [1, 0, 0]; the softmax of that is [0.5761, 0.2119, 0.2119].
    """
    return _rows(_rows(x @ w + b))


@softmax_layer.mistake
def over_the_batch(x, w, b):
    """Your columns sum to 1; the rows should: normalise over the units (axis 1).

    Row n holds the probabilities of example n, one for each class. Over the batch, the examples compete for each class
    instead of the classes for each example; a batch of one then gives 1 everywhere.

    Look at the axis of the sum, and at the axis of the maximum.
    """
    return _rows((x @ w + b).T).T


@softmax_layer.mistake
def without_the_shift(x, w, b):
    """exp() overflows for large logits, and inf / inf is not a number: subtract each row's largest logit first.

    With x = 1000, the weights [1, 2] and the biases [-1, 1] the logits are 999 and 2001. Both exponentials are
    infinite, in float64 too. Softmax does not change when the same number is subtracted from all logits of a row: with
    the row's largest, the largest exponent is 0.
    """
    powers = np.exp(x @ w + b)
    return powers / powers.sum(axis=1, keepdims=True)


@softmax_layer.mistake
def shifted_by_the_largest_of_all(x, w, b):
    """You subtract the largest logit of the whole batch; a row far below it becomes 0 / 0: subtract each row's own.

    With the logits [[999, 2001], [-3, -3]] the largest of all is 2001, and the second row becomes [-2004, -2004]. Both
    exponentials are 0 in floating point and their sum is 0. With its own largest logit, -3, the second row becomes
    [0, 0], and the probabilities are [0.5, 0.5].
    """
    logits = x @ w + b
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=1, keepdims=True)


@softmax_layer.mistake
def a_sigmoid_for_each(x, w, b):
    """Your units use the sigmoid, each by itself: rows do not sum to 1. A softmax layer's units share one sum.

    A sigmoid layer answers U yes-or-no questions. A softmax layer answers one question with U possible answers, and
    what one class gains the others lose. With the logits [0, 0, 0] the sigmoids are 0.5 each; softmax gives a third to
    each.
    """
    return 1 / (1 + np.exp(-(x @ w + b)))


@softmax_layer.mistake
def only_the_first_example(x, w, b):
    """Every row of your result is that of the first example: compute each row from its own x.

    With x = [[1, 2], [0, -1]] the two rows of logits are computed from different features, and only by chance would
    they be equal. Look for an index that stays at 0, or a value that is computed before the loop over the batch.
    """
    return _rows(np.repeat(x[:1], len(x), axis=0) @ w + b)
