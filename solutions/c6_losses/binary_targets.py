"""Targets for a classification with two classes: 1 where a known score lies above a threshold, else 0.

These are the labels for a classifier to learn from, made as the regression's targets were: a weighted sum of the
features with known weights. The threshold turns the sum into a yes or a no. Together with the bias it says where in
the space of features the border runs.

The border itself must belong to one of the two classes. Here a score that equals the threshold is class 0, since it is
not above it. The result holds class numbers, so its dtype is an integer's.
"""

import numpy as np
from numba import njit

from grader import choice, exercise, uniform


def _scores(x, w, b):
    """x . w + b in double precision: exact for the inputs of this page."""
    return x.astype(np.float64) @ w.astype(np.float64) + b[0]


def among_the_scores(inputs, rng):
    """Set the threshold between two scores that are neighbours, so that both classes are there as far as can be."""
    scores = np.unique(_scores(inputs["x"], inputs["w"], inputs["b"]))
    if len(scores) > 1:
        lower = int(rng.integers(0, len(scores) - 1))
        inputs["threshold"] = float(scores[lower] + scores[lower + 1]) / 2
    else:
        inputs["threshold"] = float(scores[0]) + (0.5 if rng.integers(0, 2) else -0.5)


def at_a_score(inputs, rng):
    """Set the threshold to the score of one example."""
    scores = _scores(inputs["x"], inputs["w"], inputs["b"])
    inputs["threshold"] = float(scores[rng.integers(0, len(scores))])


# Inputs are multiples of 1/4, so that scores are multiples of 1/16: exact in float32, whatever the order of summing. A
# score is then either exactly at the threshold, or at least 1/32 away from it.
@exercise(
    points=2,
    order=4,
    needs=["regression_targets"],
    x=uniform("N F", step=0.25),
    w=uniform("F", step=0.25),
    b=uniform("1", step=0.25),
    threshold=choice(0.0),
    adjust=among_the_scores,
    returns="N",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def binary_targets(x, w, b, threshold):
    """Compute the class of each example from known weights: 1 where x . w + b is above the threshold, else 0.

    score[n] = (sum over f of x[n, f] w[f]) + b[0]
    y[n]     = 1 if score[n] > threshold, else 0

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias, y the targets.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F,).
        b: float32 array of shape (1,).
        threshold: float.

    Returns:
        int32 array of shape (N,): one class number, 0 or 1, for each row of x.

    The inequality is strict: a score that equals the threshold gives 0.

    Example:
        >>> x = np.array([[1, 1], [2, 0], [0, -3]], dtype=np.float32)
        >>> w = np.array([1, 2], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> binary_targets(x, w, b, 12.0)
        array([1, 0, 0], dtype=int32)
    """
    N, F = x.shape
    y = np.empty(N, dtype=np.int32)
    for n in range(N):
        score = 0.0
        for f in range(F):
            score += x[n, f] * w[f]
        score += b[0]
        y[n] = 1 if score > threshold else 0
    return y


@binary_targets.tensorflow
def tensorflow(x, w, b, threshold):
    import tensorflow as tf

    return tf.cast(tf.reduce_sum(x * w, axis=1) + b > threshold, tf.int32)


binary_targets.telling(x=[[1, 1], [2, 0], [0, -3]], w=[1, 2], b=[10], threshold=12.0)
binary_targets.telling(x=[[1, -2], [3, 1], [0, 2], [2, 3]], w=[2, -1], b=[-1], threshold=-2.0)
binary_targets.telling(x=[[1, 2, -1], [-2, 1, 2]], w=[-1, 1, 2], b=[3], threshold=2.5)

binary_targets.family("at the threshold", adjust=at_a_score, cases=3)
binary_targets.family("typical", N=(4, 9))
binary_targets.family("large", N=(20, 30), F=(8, 12))
binary_targets.benchmark(grow="N", N=10_000, F=784)

binary_targets.hint("Compute the scores first, as in regression_targets. What is left to do with them?")
binary_targets.hint("Which of > and >= is asked for? Try a score that equals the threshold.")
binary_targets.hint("A comparison gives True and False. Which dtype must the result have?")


@binary_targets.mistake
def at_least(x, w, b, threshold):
    """A score that equals the threshold gives 1 in your result: it must lie above the threshold, so it gives 0.

    "Above" is >, "at or above" is >=. With random numbers the two almost never differ; with whole numbers they do. In
    the example of the docstring the second score is 12, and so is the threshold: its class is 0.
    """
    return (x @ w + b >= threshold).astype(np.int32)


@binary_targets.mistake
def no_bias(x, w, b, threshold):
    """Your scores leave out the bias: compare x . w + b with the threshold.

    With x = [[1, 1]], w = [1, 2] and b = 10 the score is 13 and lies above 12. Without the bias it is 3, and does not.
    """
    return (x @ w > threshold).astype(np.int32)


@binary_targets.mistake
def compared_with_zero(x, w, b, threshold):
    """You compare the scores with 0: compare them with the threshold that is given.

    A threshold of 0 is common, and other values are as good. With the scores [13, 12, 4] and the threshold 12 the
    classes are [1, 0, 0]; compared with 0 all would be 1.
    """
    return (x @ w + b > 0).astype(np.int32)


@binary_targets.mistake
def classes_exchanged(x, w, b, threshold):
    """Your classes are exchanged: 1 stands for a score above the threshold, 0 for all others.

    With the scores [13, 12, 4] and the threshold 12 the classes are [1, 0, 0]. Look at the direction of the comparison,
    or at which value goes to which branch.
    """
    return (x @ w + b <= threshold).astype(np.int32)


@binary_targets.mistake
def truth_values(x, w, b, threshold):
    """Your result holds True and False: class numbers are asked for, 1 and 0, in an integer array.

    NumPy computes with True as with 1 in many places, but not in all: -y and 1 - y raise an error for an array of
    truth values, and y used as an index selects rows instead of counting classes. Give the array an integer dtype.
    """
    return x @ w + b > threshold


@binary_targets.mistake
def decimal_numbers(x, w, b, threshold):
    """Your result holds 1.0 and 0.0, as floats: class numbers are asked for, in an integer array.

    A class number is a name, not a quantity, and is used as an index where the loss picks a class's probability; NumPy
    takes no float as an index. np.zeros and np.where(..., 1.0, 0.0) make floats unless told otherwise.
    """
    return np.where(x @ w + b > threshold, 1.0, 0.0)


@binary_targets.mistake
def features_compared(x, w, b, threshold):
    """You compare the features with the threshold, before they are weighed: compare the score x . w + b.

    The class depends on the weighted sum as a whole. With x = [[1, 1]], w = [1, 2] and b = 10 no feature is above 12,
    but the score is 13.

    This happens when the features and the targets have similar names, and the wrong one stands in the comparison.
    """
    return ((x > threshold).astype(np.float32) @ w + b).astype(np.int32)


@binary_targets.mistake
def probability_compared(x, w, b, threshold):
    """You take the sigmoid of the scores before comparing: the threshold is meant for the scores themselves.

    A sigmoid lies between 0 and 1. Whether it is above 0.5 says the same as whether the score is above 0, but no
    sigmoid is above a threshold of 12, and all are above one of -2.
    """
    return (1 / (1 + np.exp(-(x @ w + b))) > threshold).astype(np.int32)


@binary_targets.mistake
def as_a_column(x, w, b, threshold):
    """Your classes stand in a column, (N, 1): the shape asked for is (N,), without a second axis.

    The numbers can all be right, but later code counts on the shape. Look for a reshape, a keepdims, or weights that
    were given a second axis.
    """
    return (x @ w[:, np.newaxis] + b > threshold).astype(np.int32)


@binary_targets.mistake
def below_the_threshold(x, w, b, threshold):
    """You give 1 to the scores below the threshold: 1 stands for a score above it, 0 for all others.

    With the scores [13, 12, 4] and the threshold 12 the classes are [1, 0, 0]; you get [0, 0, 1]. A score at the
    threshold is 0 both ways. Look which way the comparison points.
    """
    return (x @ w + b < threshold).astype(np.int32)


@binary_targets.mistake
def scores_returned(x, w, b, threshold):
    """You return the scores themselves: compare each with the threshold, for the class 1 or 0.

    With the scores [13, 12, 4] and the threshold 12 the classes are [1, 0, 0].
    """
    return x @ w + b


@binary_targets.mistake
def compared_with_one_half(x, w, b, threshold):
    """You compare the scores with 0.5: compare them with the argument threshold.

    One half is the usual threshold for probabilities. Scores are no probabilities, and which threshold they have is
    given with each call: with the threshold 10 the score 3 is class 0.
    """
    return (x @ w + b > 0.5).astype(np.int32)
