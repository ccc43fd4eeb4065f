"""A sigmoid neuron: an affine transform, and then a squashing function.

The affine transform gives a number of any size, the logit z. The sigmoid 1 / (1 + exp(-z)) bends it into the range
from 0 to 1, rising everywhere, with 1/2 at z = 0. The neuron therefore says "how much", and its answer can be read as
a probability. The bend is also what makes layers of neurons more than one large affine transform.

Of the two forms of the sigmoid that the reference uses, each takes the exponential of a number that is not positive.
So exp() may round to 0, which is harmless, and never overflows.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=2,
    needs=["affine_minibatch"],
    x=uniform("N F"),
    w=uniform("F 1"),
    b=uniform("1"),
    returns="N 1",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def sigmoid_neuron(x, w, b):
    """The output of one sigmoid neuron for every row of a mini-batch.

    z[n, 0] = (sum over f of x[n, f] w[f, 0]) + b[0]
    y[n, 0] = 1 / (1 + exp(-z[n, 0]))

    N is the number of examples, n counts them; F is the number of features, f counts them. z holds the logits, y the
    outputs, which lie between 0 and 1.

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1).

    The logits may be as large as 1000 or as small as -1000. The outputs are then 1 and 0, to float32 precision, and
    never "not a number".

    Example:
        >>> x = np.array([[1, 0], [-1, 1], [0, 1]], dtype=np.float32)
        >>> w = np.array([[1], [-1]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> sigmoid_neuron(x, w, b).round(4)
        array([[0.8808],
               [0.2689],
               [0.5   ]], dtype=float32)
    """
    N, F = x.shape
    y = np.empty((N, 1), dtype=w.dtype)
    for n in range(N):
        z = 0.0 + b[0]  # in double precision, so that a long sum does not lose digits on its way
        for f in range(F):
            z += x[n, f] * w[f, 0]
        # The same function in two forms: exp() is only ever taken of a number that is not positive.
        if z >= 0:
            y[n, 0] = 1 / (1 + np.exp(-z))
        else:
            power = np.exp(z)
            y[n, 0] = power / (1 + power)
    return y


@sigmoid_neuron.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1, activation="sigmoid")
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


sigmoid_neuron.telling(x=[[1, 0], [-1, 1], [0, 1]], w=[[1], [-1]], b=[1])
sigmoid_neuron.telling(x=[[1, 2, -1], [0, 1, 2]], w=[[2], [-1], [1]], b=[-1])
sigmoid_neuron.telling(x=[[100, 50], [-100, -50], [0, 0]], w=[[5], [10]], b=[-1])

# Multiples of a half and of a quarter keep these sums exact in float32. Otherwise a logit near 0, left over from terms
# of several hundred, would depend on the order in which they are added.
sigmoid_neuron.family(
    "large logits",
    x=uniform("N F", -60, 60, step=0.5),
    w=uniform("F 1", -6, 6, step=0.5),
    b=uniform("1", -2, 2, step=0.25),
)
sigmoid_neuron.family("large", N=(20, 30))
sigmoid_neuron.benchmark(grow="N", N=10_000, F=784)

sigmoid_neuron.hint("Do it in two steps: first the logits, which you have written before, then the sigmoid of each.")
sigmoid_neuron.hint("Check three values: sigmoid(0) is 1/2, sigmoid(2) is about 0.8808, sigmoid(-2) about 0.1192.")
sigmoid_neuron.hint(
    "exp(1000) is too large for any float, and infinity divided by infinity is not a number. Is there a way of writing "
    "the formula in which a large exponential stands below the fraction line only, or not at all?"
)


@sigmoid_neuron.mistake
def no_sigmoid(x, w, b):
    """Your result holds the logits: the sigmoid is still to be applied to them.

    A logit can be any number, an output of a sigmoid neuron lies between 0 and 1. In the exercise's example the
    logits are 2, -1 and 0; the outputs are 0.8808, 0.2689 and 0.5.
    """
    return x @ w + b


@sigmoid_neuron.mistake
def sigmoid_twice(x, w, b):
    """You apply the sigmoid twice: once is enough.

    Since the first sigmoid gives numbers between 0 and 1, the second one gives numbers between 0.5 and 0.7311 only. The
    logits 2, -1 and 0 come out as 0.7070, 0.5668 and 0.6225, where 0.8808, 0.2689 and 0.5 are right.

    If none of your outputs lies below one half, a second sigmoid is the first thing to look for.
    """
    a = 1 / (1 + np.exp(-(x @ w + b)))
    return 1 / (1 + np.exp(-a))


@sigmoid_neuron.mistake
def minus_sign_lost(x, w, b):
    """Your outputs fall where they should rise: they are those of minus the logit.

    1 / (1 + exp(z)) is sigmoid(-z), which is 1 - sigmoid(z). The logit 2 gives 0.1192 with it, where 0.8808 is right.
    At z = 0 both give one half, so that test does not show it.
    """
    return 1 / (1 + np.exp(x @ w + b))


@sigmoid_neuron.mistake
def exponential_overflows(x, w, b):
    """For a large logit your exponential overflows, and infinity divided by infinity is not a number.

    exp(z) / (1 + exp(z)) equals the sigmoid in exact arithmetic. In float32 exp(z) is infinite from about z = 89 on,
    so that z = 999 gives inf / inf, which is nan. For z = -999 the same form is right: exp(z) rounds to 0.

    1 / (1 + exp(-z)) does not have this trouble for large z: exp(-999) is 0 and the result 1. For very negative z its
    exponential is infinite, and 1 / inf is 0, the right value, if with a warning.
    """
    e = np.exp(x @ w + b)
    return e / (1 + e)


@sigmoid_neuron.mistake
def relu_before_the_sigmoid(x, w, b):
    """A relu stands before your sigmoid, so no output is below one half: the sigmoid takes the logits as they are.

    relu turns every negative logit into 0, and sigmoid(0) is 0.5. The logits 2, -1 and 0 come out as 0.8808, 0.5 and
    0.5, where 0.8808, 0.2689 and 0.5 are right. Such a neuron can never say "rather not".
    """
    return 1 / (1 + np.exp(-np.maximum(x @ w + b, 0)))


@sigmoid_neuron.mistake
def tanh_in_its_place(x, w, b):
    """You use tanh, whose values lie between -1 and 1: the sigmoid's lie between 0 and 1.

    The two have the same form, tanh(z) = 2 sigmoid(2 z) - 1, and different values: tanh(0) is 0 where sigmoid(0) is
    0.5, and tanh(-1) is -0.7616 where sigmoid(-1) is 0.2689.
    """
    return np.tanh(x @ w + b)


@sigmoid_neuron.mistake
def bias_after_the_sigmoid(x, w, b):
    """You add the bias to the sigmoid's result: it belongs to the logit, before the sigmoid.

    The output then leaves the range from 0 to 1. In the exercise's example the sums without the bias are 1, -2 and -1,
    and with b = 1 added last you get 1.7311, 1.1192 and 1.2689.
    """
    return 1 / (1 + np.exp(-(x @ w))) + b


@sigmoid_neuron.mistake
def no_bias(x, w, b):
    """The bias is missing from your logits: add b to each row's sum before the sigmoid.

    In the exercise's example the sums are 1, -2 and -1, whose sigmoids are 0.7311, 0.1192 and 0.2689. With b = 1 the
    logits are 2, -1 and 0, and the outputs 0.8808, 0.2689 and 0.5.
    """
    return 1 / (1 + np.exp(-(x @ w)))


@sigmoid_neuron.mistake
def lost_axis(x, w, b):
    """Your values are right, but the column axis is gone: shape (N, 1) is asked for, not (N,).

    Multiplying by the flat weights w[:, 0], summing over an axis, or squeeze() removes the axis of length 1, which is
    the axis of the neurons. There is one neuron here, and its axis stays.
    """
    z = np.sum(x * w[:, 0], axis=1) + b[0]
    return 1 / (1 + np.exp(-z))


@sigmoid_neuron.mistake
def only_the_product_negated(x, w, b):
    """In your exponential the minus sign reaches the product but not the bias: negate the whole logit.

    -x w + b is not -(x w + b). With the product 1 and the bias 1 the logit is 2, and the output 0.8808; with the sign
    at the product alone it is exp(-1 + 1) that enters, and 0.5 comes out. A bias of 0 hides this. Compute the logit
    first, or put it in parentheses.
    """
    return 1 / (1 + np.exp(-x @ w + b))


@sigmoid_neuron.mistake
def parentheses_missing(x, w, b):
    """Your results are 1 + exp(-z): put the whole denominator in parentheses.

    1 / 1 + exp(-z) is read from left to right, as (1 / 1) + exp(-z). For z = 2 that is 1.1353, where
    1 / (1 + exp(-2)) = 0.8808 is right. Results above 1 are a sign of it.
    """
    return 1 / 1 + np.exp(-(x @ w + b))
