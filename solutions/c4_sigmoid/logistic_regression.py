"""Logistic regression: the probability that an example belongs to class 1.

The model says that the logarithm of the odds of class 1 is an affine function of the features. With the sigmoid, the
way back from the logarithm of the odds, that makes p = sigmoid(x w + b). Where x w + b = 0 both classes are equally
likely: a line in two dimensions, a plane in three, and the two classes lie on its two sides.

As a computation it is the sigmoid neuron again. What is new is how its output is read, and that one output is enough
for two classes: the probability of class 0 is what is missing to 1.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=2,
    needs=["sigmoid"],
    x=uniform("N F"),
    w=uniform("F 1"),
    b=uniform("1"),
    returns="N 1",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def logistic_regression(x, w, b):
    """The probability of class 1 for every row of a mini-batch.

    p[n, 0] = sigmoid((sum over f of x[n, f] w[f, 0]) + b[0])

    sigmoid(z) = 1 / (1 + exp(-z)). N is the number of examples, n counts them; F is the number of features, f counts
    them. p[n, 0] is the probability that example n belongs to class 1; that of class 0 is 1 - p[n, 0].

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1): probabilities, not classes.

    Example:
        >>> x = np.array([[2, 1], [-1, 1], [0, -1]], dtype=np.float32)
        >>> w = np.array([[1], [-2]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> logistic_regression(x, w, b).round(4)
        array([[0.7311],
               [0.1192],
               [0.9526]], dtype=float32)
    """
    N, F = x.shape
    p = np.empty((N, 1), dtype=w.dtype)
    for n in range(N):
        z = 0.0 + b[0]  # in double precision, so that a long sum does not lose digits on its way
        for f in range(F):
            z += x[n, f] * w[f, 0]
        # The same function in two forms: exp() is only ever taken of a number that is not positive.
        if z >= 0:
            p[n, 0] = 1 / (1 + np.exp(-z))
        else:
            power = np.exp(z)
            p[n, 0] = power / (1 + power)
    return p


@logistic_regression.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1, activation="sigmoid")
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


logistic_regression.telling(x=[[2, 1], [-1, 1], [0, -1]], w=[[1], [-2]], b=[1])
logistic_regression.telling(x=[[1, -1, 2], [0, 2, -1]], w=[[1], [1], [-2]], b=[2])
logistic_regression.telling(x=[[-2, 1]], w=[[1], [1]], b=[-1])

logistic_regression.family("typical", cases=6)
logistic_regression.family("large", N=(20, 30))
logistic_regression.benchmark(grow="N", N=10_000, F=784)

logistic_regression.hint("Name the logits first. What turns a logit into a probability?")
logistic_regression.hint("Your function sigmoid of this chapter can be imported and used here.")
logistic_regression.hint("The result is a column: one probability a row of x, and nothing is rounded to 0 or 1.")


@logistic_regression.mistake
def logits_returned(x, w, b):
    """Your result holds the logits: the sigmoid is still to be applied, so that probabilities come out.

    A probability lies between 0 and 1. In the exercise's example the logits are 1, -2 and 3; the probabilities are
    0.7311, 0.1192 and 0.9526.
    """
    return x @ w + b


@logistic_regression.mistake
def class_instead_of_probability(x, w, b):
    """Your results are only 0 and 1: the probability of class 1 is asked for, not the likelier class.

    In the exercise's example you get 1, 0 and 1 where 0.7311, 0.1192 and 0.9526 are right. The class follows from the
    probability, and not the other way round: how sure the model is, is lost. A loss needs exactly that.
    """
    p = 1 / (1 + np.exp(-(x @ w + b)))
    return (p > 0.5).astype(np.float32)


@logistic_regression.mistake
def probability_of_class_0(x, w, b):
    """Your result is the probability of class 0: class 1 is asked for, so a larger logit makes it larger.

    1 / (1 + exp(z)), with the minus sign lost, is 1 - sigmoid(z). In the exercise's example you get 0.2689, 0.8808 and
    0.0474, which together with 0.7311, 0.1192 and 0.9526 add up to 1.
    """
    return 1 / (1 + np.exp(x @ w + b))


@logistic_regression.mistake
def both_classes(x, w, b):
    """You return a column for each class: one column is asked for, the probability of class 1.

    With two classes the second number tells nothing new: it is 1 minus the first. The shape asked for is (N, 1), as
    one neuron gives it. A column for each class comes with three or more classes, in the chapter on softmax.
    """
    p = 1 / (1 + np.exp(-(x @ w + b)))
    return np.hstack([1 - p, p])


@logistic_regression.mistake
def softmax_of_one_output(x, w, b):
    """All your results are 1: a softmax over a single output is always 1. Here the sigmoid is asked for.

    Softmax makes the outputs of one example add up to 1. With a single output that leaves nothing but 1, whatever the
    logit: exp(z) / exp(z). The sigmoid compares the logit with 0 instead, as if class 0 had the logit 0.
    """
    e = np.exp(x @ w + b)
    return e / e.sum(axis=1, keepdims=True)


@logistic_regression.mistake
def softmax_over_the_batch(x, w, b):
    """Your results add up to 1 over the mini-batch: each example has a probability of its own.

    Normalising over the rows makes the examples compete, so that an example's probability depends on which others are
    in its mini-batch. In the exercise's example the three probabilities add up to 1.8029, and that is as it should be.
    """
    e = np.exp(x @ w + b)
    return e / e.sum(axis=0, keepdims=True)


@logistic_regression.mistake
def relu_before_the_sigmoid(x, w, b):
    """A relu stands before your sigmoid, so no probability is below one half: the sigmoid takes the logits as they are.

    relu turns every negative logit into 0, and sigmoid(0) is 0.5. The logit -2 then gives 0.5, where 0.1192 is right,
    and the model can never decide for class 0.
    """
    return 1 / (1 + np.exp(-np.maximum(x @ w + b, 0)))


@logistic_regression.mistake
def no_bias(x, w, b):
    """The bias is missing from your logits: add b to each row's sum before the sigmoid.

    Without a bias the border between the classes always passes through the origin. In the exercise's example the sums
    are 0, -3 and 2; with b = 1 the logits are 1, -2 and 3.
    """
    return 1 / (1 + np.exp(-(x @ w)))


@logistic_regression.mistake
def lost_axis(x, w, b):
    """Your values are right, but the column axis is gone: shape (N, 1) is asked for, not (N,).

    An index [:, 0], summing over an axis, or squeeze() removes the axis of length 1. When probabilities of shape (N,)
    meet labels of shape (N, 1) in a loss, NumPy broadcasts them to (N, N) without a warning.
    """
    return 1 / (1 + np.exp(-(x @ w + b)[:, 0]))


@logistic_regression.mistake
def only_the_product_negated(x, w, b):
    """In your exponential the minus sign reaches the product but not the bias: negate the whole logit.

    -x w + b is not -(x w + b). With the product 1 and the bias 1 the logit is 2, and the probability 0.8808; with the
    sign at the product alone it is exp(-1 + 1) that enters, and 0.5 comes out. A bias of 0 hides this. Compute the
    logit first, or put it in parentheses.
    """
    return 1 / (1 + np.exp(-x @ w + b))
