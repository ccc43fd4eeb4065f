"""Categorical cross-entropy: how surprised predicted distributions are by the true classes, given one-hot.

With K classes a prediction is a row of K probabilities, and the truth a row with a single 1. The loss of an example is
-log of the probability that was given to the true class; the other probabilities matter only in that they took their
share. With two classes this is the binary cross-entropy again.

The formula sums over all classes, since it holds for any true distribution. For one-hot rows all terms but one are 0,
and a term 0 * log(0) has to come out as 0: that is one reason for the clip.
"""

import numpy as np
from numba import njit

from grader import exercise, one_hot, probabilities


def one_wrong(inputs, rng):
    """Let one example be of the class that was thought the least likely.

    Keras divides each row by its sum, which is 1 but for rounding: a loss near 0 would be made of that rounding.
    """
    y, y_hat = inputs["y"], inputs["y_hat"]
    n = int(rng.integers(0, len(y)))
    y[n] = 0
    y[n, np.argmin(y_hat[n])] = 1


@exercise(
    points=3,
    order=7,
    needs=["binary_cross_entropy", "softmax"],
    y=one_hot("N K"),
    y_hat=probabilities("N K"),
    K=(2, 7),
    returns="",
    adjust=one_wrong,
)
@njit(cache=True)
def categorical_cross_entropy(y, y_hat):
    """Compute the cross-entropy of predicted distributions with one-hot targets, as a mean over the batch.

    p[n, k] = y_hat[n, k], clipped to the range from 1e-7 to 1 - 1e-7
    loss    = -1/N * sum over n and k of y[n, k] log(p[n, k])

    N is the batch, K the number of classes; n and k count them. y holds the true classes, y_hat the predicted
    probabilities; log is the natural logarithm. Clipped means: a smaller number becomes 1e-7, a larger one 1 - 1e-7.

    Arguments:
        y: float32 array of shape (N, K): in each row a single 1, at the true class, and 0 elsewhere.
        y_hat: float32 array of shape (N, K): each row sums to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32)
        >>> y_hat = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], dtype=np.float32)
        >>> round(float(categorical_cross_entropy(y, y_hat)), 4)
        0.2899
    """
    N, K = y.shape
    total = 0.0
    for n in range(N):
        for k in range(K):
            if y[n, k] != 0:  # the other terms are 0, and a logarithm takes longer than a look
                p = min(max(float(y_hat[n, k]), 1e-7), 1 - 1e-7)  # in double precision: float32 would round 1 - 1e-7
                total -= y[n, k] * np.log(p)
    return total / N


@categorical_cross_entropy.tensorflow
def keras(y, y_hat):
    import tensorflow as tf

    return tf.keras.losses.CategoricalCrossentropy()(y, y_hat)


def zero_at_the_class(inputs, rng):
    """Take all probability from the true class of some rows, one at least, and give it to another."""
    y, y_hat = inputs["y"], inputs["y_hat"]
    for n in range(int(rng.integers(1, len(y), endpoint=True))):
        true = int(np.argmax(y[n]))
        other = (true + 1) % y.shape[1]
        y_hat[n, other] += y_hat[n, true]
        y_hat[n, true] = 0


def always_right(inputs, rng):
    """Give all probability to the true class."""
    inputs["y_hat"] = inputs["y"].copy()


categorical_cross_entropy.telling(
    y=[[1, 0, 0], [0, 1, 0]],
    y_hat=[[0.5, 0.25, 0.25], [0.125, 0.25, 0.625]],
)
categorical_cross_entropy.telling(
    y=[[0, 1], [1, 0], [0, 1]],
    y_hat=[[0.75, 0.25], [0.5, 0.5], [0.875, 0.125]],
)

# With exact zeros and ones the clip decides, and float32 rounds 1 - 1e-7: right answers differ in the last place.
ROUNDED = (0.02, 1e-6)
categorical_cross_entropy.family("zero at the class", adjust=zero_at_the_class, tolerance=ROUNDED, cases=3)
categorical_cross_entropy.family("sure and right", adjust=always_right, tolerance=ROUNDED, cases=1)
categorical_cross_entropy.family("one class", K=1, tolerance=ROUNDED, cases=1)
categorical_cross_entropy.family("typical", cases=5)
categorical_cross_entropy.family("large", N=(20, 30), K=(8, 10))
categorical_cross_entropy.benchmark(grow="N", N=4096, K=1000)

categorical_cross_entropy.hint("Take one row by hand: how many of its K terms are not 0?")
categorical_cross_entropy.hint("The mean runs over the examples alone. By what is the sum over n and k divided?")
categorical_cross_entropy.hint(
    "What is 0 * log(0) in floating point? Where does clipping have to happen, so that it does not occur?"
)


def _clipped(y_hat, smallest=1e-7):
    return np.clip(y_hat.astype(np.float64), smallest, 1 - smallest)


@categorical_cross_entropy.mistake
def sum_for_mean(y, y_hat):
    """You add up the losses of the examples: divide the sum by N, for the mean over the batch.

    With the probabilities 0.7 and 0.8 for the true classes the two losses are 0.3567 and 0.2231. Their sum is 0.5798,
    their mean 0.2899.
    """
    return -np.sum(y * np.log(_clipped(y_hat)))


@categorical_cross_entropy.mistake
def mean_over_the_classes_too(y, y_hat):
    """You divide by N times K: the sum over the classes is a sum, and only over the examples is there a mean.

    A mean over the whole (N, K) array counts K terms for each example, though all but one are 0. The result is K times
    too small. With the probabilities 0.7 and 0.8 for the true classes, of three, the loss is 0.2899; the mean over all
    six numbers is 0.0966.
    """
    return -np.mean(y * np.log(_clipped(y_hat)))


@categorical_cross_entropy.mistake
def no_clip(y, y_hat):
    """log(0) gives infinity or NaN in your result: clip the probabilities to [1e-7, 1 - 1e-7] first.

    If the true class was given the probability 0, the loss is infinite. If another class was, 0 * log(0) is 0 times
    minus infinity, which is NaN, even where the prediction is perfect; and one NaN makes the whole sum NaN. With
    clipping the worst loss of an example is -log(1e-7) = 16.118.
    """
    return -np.sum(y * np.log(y_hat)) / len(y)


@categorical_cross_entropy.mistake
def clipped_elsewhere(y, y_hat):
    """You clip at another bound than 1e-7, which shows where a probability is exactly 0: use 1e-7 and 1 - 1e-7.

    The bound decides how bad the worst mistake is: -log(1e-7) is 16.118, -log(1e-15) is 34.539. Adding a small number
    inside the logarithm instead of clipping is another such bound. Keras clips at 1e-7.
    """
    return -np.sum(y * np.log(_clipped(y_hat, 1e-15))) / len(y)


@categorical_cross_entropy.mistake
def logarithm_to_base_2(y, y_hat):
    """You use the logarithm to base 2: the natural one is meant, np.log, to base e.

    To base 2 the loss is measured in bits, and every value is 1 / log(2) = 1.4427 times as large.
    """
    return -np.sum(y * np.log2(_clipped(y_hat))) / len(y)


@categorical_cross_entropy.mistake
def sign_lost(y, y_hat):
    """Your loss is negative: the minus sign is missing.

    The logarithm of a probability is never positive. The minus sign in front turns it into a loss, which is 0 at best
    and grows with the error; without it, the worst predictions would have the smallest loss.
    """
    return np.sum(y * np.log(_clipped(y_hat))) / len(y)


@categorical_cross_entropy.mistake
def arguments_exchanged(y, y_hat):
    """You have y and y_hat exchanged: the logarithm is taken of the predicted probabilities, not of the targets.

    The target picks the term, the prediction goes into the logarithm. The other way round the logarithms are those of
    0 and 1, clipped: every probability outside of the true class costs 16.118 times itself.
    """
    return -np.sum(y_hat * np.log(_clipped(y))) / len(y)


@categorical_cross_entropy.mistake
def binary_for_each_class(y, y_hat):
    """You add (1 - y) log(1 - y_hat) for each class: that term belongs to the binary cross-entropy.

    Binary cross-entropy has a single probability, and must write the other class's as 1 - y_hat. Here each class has
    its own. With the row [0.7, 0.2, 0.1] and the first class true the loss is -log(0.7) = 0.3567; with the terms
    -log(0.8) and -log(0.9) of the other classes it would be 0.6852.
    """
    p = _clipped(y_hat)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(y)


@categorical_cross_entropy.mistake
def one_for_each_example(y, y_hat):
    """Your result has one number for each example: take the mean over the batch too, for a single number.

    The sum over the classes leaves N losses, of shape (N,). The loss of the batch is their mean, of shape ().
    """
    return -np.sum(y * np.log(_clipped(y_hat)), axis=1)


@categorical_cross_entropy.mistake
def most_likely_class(y, y_hat):
    """You take the largest probability of each row: take that of the true class, whether it is the largest or not.

    The loss compares a prediction with the truth. With the row [0.1, 0.8, 0.1] and the first class true the loss is
    -log(0.1) = 2.3026, a large one, because the prediction was wrong. -log(0.8) = 0.2231 would praise it for being
    sure.
    """
    return -np.mean(np.log(_clipped(y_hat.max(axis=1))))


@categorical_cross_entropy.mistake
def softmax_again(y, y_hat):
    """You apply softmax to y_hat: its rows are probabilities already.

    Softmax belongs to logits. Of probabilities, which lie between 0 and 1, it makes a row that is nearly even. With
    y_hat = [0.9, 0.1] it gives [0.6900, 0.3100], and for the first class the loss -log(0.69) = 0.3711, where
    -log(0.9) = 0.1054 is right.
    """
    powers = np.exp(y_hat.astype(np.float64))
    return -np.mean(np.sum(y * np.log(powers / powers.sum(axis=1, keepdims=True)), axis=1))


@categorical_cross_entropy.mistake
def no_logarithm(y, y_hat):
    """You add up probabilities: the loss is made of their logarithms.

    The loss of an example is -log of the probability of its true class. With the probability 0.9 that is 0.1054;
    without the logarithm it is -0.9.
    """
    return -np.mean(np.sum(y * y_hat, axis=1))


@categorical_cross_entropy.mistake
def logarithm_of_the_mean(y, y_hat):
    """You take the logarithm of the mean probability: take each example's logarithm first, then the mean.

    The logarithm of a mean is not the mean of the logarithms. With the probabilities 0.9 and 0.1 for the true classes
    the loss is (0.1054 + 2.3026) / 2 = 1.2040; the mean probability is 0.5, and -log(0.5) = 0.6931.
    """
    return -np.log(np.mean(np.sum(y * _clipped(y_hat), axis=1)))


@categorical_cross_entropy.mistake
def return_inside_the_loop(y, y_hat):
    """Only the first example is in your sum, divided by N: a `return` inside the loop ends it after the first turn.

    With the losses 0.6 and 0.2 you get 0.6 / 2 = 0.3, where (0.6 + 0.2) / 2 = 0.4 is right. The `return` belongs
    behind the loop, as far to the left as `for`.
    """
    return -np.sum(np.log(np.clip(np.sum(y[:1] * y_hat[:1], axis=1), 1e-7, 1 - 1e-7))) / len(y_hat)


@categorical_cross_entropy.mistake
def only_the_first_example(y, y_hat):
    """Your loss is that of the first example alone: take the mean over all of them.

    With the losses 0.6 and 0.2 you get 0.6, where (0.6 + 0.2) / 2 = 0.4 is right.
    """
    return -np.sum(np.log(np.clip(np.sum(y[:1] * y_hat[:1], axis=1), 1e-7, 1 - 1e-7)))
