"""Sparse categorical cross-entropy: the same loss, with the true classes given as numbers.

A one-hot row of K numbers says no more than the position of its 1. So data usually comes with class numbers, from 0 to
K - 1, and the loss looks up one probability a row. There is nothing to sum over the classes and nothing multiplied by
0, which makes it the cheaper form: with K = 50000 words in a vocabulary that matters.
"""

import numpy as np
from numba import njit

from grader import exercise, labels, probabilities


def one_wrong(inputs, rng):
    """Let one example be of the class that was thought the least likely.

    Keras divides each row by its sum, which is 1 but for rounding: a loss near 0 would be made of that rounding.
    """
    n = int(rng.integers(0, len(inputs["labels"])))
    inputs["labels"][n] = np.argmin(inputs["y_hat"][n])


@exercise(
    points=3,
    order=8,
    needs=["categorical_cross_entropy"],
    labels=labels("N", "K"),
    y_hat=probabilities("N K"),
    K=(2, 7),
    returns="",
    adjust=one_wrong,
)
@njit(cache=True)
def sparse_categorical_cross_entropy(labels, y_hat):
    """Compute the cross-entropy of predicted distributions with class numbers, as a mean over the batch.

    p[n] = y_hat[n, labels[n]], clipped to the range from 1e-7 to 1 - 1e-7
    loss = -1/N * sum over n of log(p[n])

    N is the batch, K the number of classes; n counts the examples. labels holds the number of each example's true
    class, y_hat the predicted probabilities; log is the natural logarithm. Clipped means: a smaller number becomes
    1e-7, a larger one 1 - 1e-7.

    Arguments:
        labels: int32 array of shape (N,), each from 0 to K - 1.
        y_hat: float32 array of shape (N, K): each row sums to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> labels = np.array([0, 1], dtype=np.int32)
        >>> y_hat = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], dtype=np.float32)
        >>> round(float(sparse_categorical_cross_entropy(labels, y_hat)), 4)
        0.2899
    """
    N = labels.shape[0]
    total = 0.0
    for n in range(N):
        p = min(max(float(y_hat[n, labels[n]]), 1e-7), 1 - 1e-7)  # in double precision: float32 would round 1 - 1e-7
        total -= np.log(p)
    return total / N


@sparse_categorical_cross_entropy.tensorflow
def keras(labels, y_hat):
    import tensorflow as tf

    return tf.keras.losses.SparseCategoricalCrossentropy()(labels, y_hat)


def zero_at_the_class(inputs, rng):
    """Take all probability from the true class of some rows, one at least, and give it to another."""
    y_hat = inputs["y_hat"]
    for n in range(int(rng.integers(1, len(y_hat), endpoint=True))):
        true = int(inputs["labels"][n])
        other = (true + 1) % y_hat.shape[1]
        y_hat[n, other] += y_hat[n, true]
        y_hat[n, true] = 0


def always_right(inputs, rng):
    """Give all probability to the true class."""
    inputs["y_hat"] = np.eye(inputs["y_hat"].shape[1], dtype=np.float32)[inputs["labels"]]


sparse_categorical_cross_entropy.telling(
    labels=[0, 1],
    y_hat=[[0.5, 0.25, 0.25], [0.125, 0.25, 0.625]],
)
sparse_categorical_cross_entropy.telling(
    labels=[1, 0, 1],
    y_hat=[[0.75, 0.25], [0.5, 0.5], [0.875, 0.125]],
)
sparse_categorical_cross_entropy.telling(labels=[2, 0], y_hat=[[0.5, 0.375, 0.125], [0.25, 0.625, 0.125]])

# With exact zeros and ones the clip decides, and float32 rounds 1 - 1e-7: right answers differ in the last place.
ROUNDED = (0.02, 1e-6)
sparse_categorical_cross_entropy.family("zero at the class", adjust=zero_at_the_class, tolerance=ROUNDED, cases=3)
sparse_categorical_cross_entropy.family("sure and right", K=(2, 4), adjust=always_right, tolerance=ROUNDED, cases=1)
sparse_categorical_cross_entropy.family("one class", K=1, tolerance=ROUNDED, cases=1)
sparse_categorical_cross_entropy.family("typical", cases=5)
sparse_categorical_cross_entropy.family("large", N=(20, 30), K=(8, 10))
sparse_categorical_cross_entropy.benchmark(grow="N", N=250_000, K=10)

sparse_categorical_cross_entropy.hint("Which one number of each row of y_hat does the loss need?")
sparse_categorical_cross_entropy.hint(
    "How do you pick a different column in each row? A loop does it; NumPy has a way to index with two arrays."
)
sparse_categorical_cross_entropy.hint("If a probability can be exactly 0, what has to happen before the logarithm?")


def _of_the_class(labels, y_hat, smallest=1e-7):
    """The probability of each row's true class, clipped, for the mistakes below."""
    p = y_hat[np.arange(len(labels)), labels].astype(np.float64)
    return np.clip(p, smallest, 1 - smallest)


@sparse_categorical_cross_entropy.mistake
def sum_for_mean(labels, y_hat):
    """You add up the losses of the examples: divide the sum by N, for the mean over the batch.

    With the probabilities 0.7 and 0.8 for the true classes the two losses are 0.3567 and 0.2231. Their sum is 0.5798,
    their mean 0.2899.
    """
    return -np.sum(np.log(_of_the_class(labels, y_hat)))


@sparse_categorical_cross_entropy.mistake
def mean_over_the_classes_too(labels, y_hat):
    """You divide by N times K: each example has one loss, so divide by the number of examples.

    If the labels are made one-hot, the mean over the whole (N, K) array counts K terms for each example, though all
    but one are 0. The result is K times too small: with the probabilities 0.7 and 0.8 for the true classes, of three,
    0.0966 in place of 0.2899.
    """
    return -np.sum(np.log(_of_the_class(labels, y_hat))) / y_hat.size


@sparse_categorical_cross_entropy.mistake
def no_clip(labels, y_hat):
    """log(0) makes your loss infinite: clip the probabilities to [1e-7, 1 - 1e-7] first.

    A true class can have been given the probability 0. With clipping the worst loss of an example is
    -log(1e-7) = 16.118, and one such example does not make the loss of the whole batch infinite.
    """
    return -np.mean(np.log(y_hat[np.arange(len(labels)), labels]))


@sparse_categorical_cross_entropy.mistake
def clipped_elsewhere(labels, y_hat):
    """You clip at another bound than 1e-7, which shows where a probability is exactly 0: use 1e-7 and 1 - 1e-7.

    The bound decides how bad the worst mistake is: -log(1e-7) is 16.118, -log(1e-15) is 34.539. Adding a small number
    inside the logarithm instead of clipping is another such bound. Keras clips at 1e-7.
    """
    return -np.mean(np.log(_of_the_class(labels, y_hat, 1e-15)))


@sparse_categorical_cross_entropy.mistake
def logarithm_to_base_2(labels, y_hat):
    """You use the logarithm to base 2: the natural one is meant, np.log, to base e.

    To base 2 the loss is measured in bits, and every value is 1 / log(2) = 1.4427 times as large.
    """
    return -np.mean(np.log2(_of_the_class(labels, y_hat)))


@sparse_categorical_cross_entropy.mistake
def sign_lost(labels, y_hat):
    """Your loss is negative: the minus sign is missing.

    The logarithm of a probability is never positive. The minus sign in front turns it into a loss, which is 0 at best
    and grows with the error; without it, the worst predictions would have the smallest loss.
    """
    return np.mean(np.log(_of_the_class(labels, y_hat)))


@sparse_categorical_cross_entropy.mistake
def every_pair(labels, y_hat):
    """You look up every label in every row, N times N probabilities: label n belongs to row n alone.

    Indexing with all rows and a list of columns takes each of these columns from each row, and row numbers of shape
    (N,) beside labels of shape (N, 1) do the same. With the labels [0, 1] and the rows [0.7, 0.2, 0.1] and
    [0.1, 0.8, 0.1] the mean over the four pairs is 1.1230, where 0.2899 is right. A batch of one cannot show it.
    """
    return -np.mean(np.log(np.clip(y_hat[:, labels].astype(np.float64), 1e-7, 1 - 1e-7)))


@sparse_categorical_cross_entropy.mistake
def classes_counted_from_1(labels, y_hat):
    """You look one column too far to the left: classes are counted from 0, so class k is column k.

    With the label 1 and the row [0.1, 0.8, 0.1] the probability is 0.8. Python takes no offence at the index -1, which
    is what the label 0 becomes: it is the last column.
    """
    return -np.mean(np.log(_of_the_class(labels - 1, y_hat)))


@sparse_categorical_cross_entropy.mistake
def most_likely_class(labels, y_hat):
    """You take the largest probability of each row: take that of the true class, whether it is the largest or not.

    The loss compares a prediction with the truth. With the row [0.1, 0.8, 0.1] and the label 0 the loss is
    -log(0.1) = 2.3026, a large one, because the prediction was wrong. -log(0.8) = 0.2231 would praise it for being
    sure.
    """
    return -np.mean(np.log(np.clip(y_hat.max(axis=1).astype(np.float64), 1e-7, 1 - 1e-7)))


@sparse_categorical_cross_entropy.mistake
def label_as_a_factor(labels, y_hat):
    """You multiply by the class numbers: a label says which probability to take, not how much it counts.

    In the one-hot form the logarithms are multiplied by 0 and 1. A class number in that place makes class 0 not count
    at all and class 5 count five times. Use it as an index, or turn the labels into one-hot rows first.
    """
    p = np.clip(y_hat.astype(np.float64), 1e-7, 1 - 1e-7)
    return -np.sum(labels[:, np.newaxis] * np.log(p)) / len(labels)


@sparse_categorical_cross_entropy.mistake
def one_for_each_example(labels, y_hat):
    """Your result has one number for each example: take the mean over the batch, for a single number.

    Looking up one probability a row leaves N losses, of shape (N,). The loss of the batch is their mean, of shape ().
    """
    return -np.log(_of_the_class(labels, y_hat))


@sparse_categorical_cross_entropy.mistake
def softmax_again(labels, y_hat):
    """You apply softmax to y_hat: its rows are probabilities already.

    Softmax belongs to logits. Of probabilities, which lie between 0 and 1, it makes a row that is nearly even. With
    y_hat = [0.9, 0.1] it gives [0.6900, 0.3100], and for class 0 the loss -log(0.69) = 0.3711, where -log(0.9) = 0.1054
    is right.
    """
    powers = np.exp(y_hat.astype(np.float64))
    return -np.mean(np.log(_of_the_class(labels, powers / powers.sum(axis=1, keepdims=True))))


@sparse_categorical_cross_entropy.mistake
def no_logarithm(labels, y_hat):
    """You add up probabilities: the loss is made of their logarithms.

    The loss of an example is -log of the probability of its true class. With the probability 0.9 that is 0.1054;
    without the logarithm it is -0.9.
    """
    return -np.mean(_of_the_class(labels, y_hat))


@sparse_categorical_cross_entropy.mistake
def logarithm_of_the_mean(labels, y_hat):
    """You take the logarithm of the mean probability: take each example's logarithm first, then the mean.

    The logarithm of a mean is not the mean of the logarithms. With the probabilities 0.9 and 0.1 for the true classes
    the loss is (0.1054 + 2.3026) / 2 = 1.2040; the mean probability is 0.5, and -log(0.5) = 0.6931.
    """
    return -np.log(np.mean(_of_the_class(labels, y_hat)))


@sparse_categorical_cross_entropy.mistake
def return_inside_the_loop(labels, y_hat):
    """Only the first example is in your sum, divided by N: a `return` inside the loop ends it after the first turn.

    With the losses 0.6 and 0.2 you get 0.6 / 2 = 0.3, where (0.6 + 0.2) / 2 = 0.4 is right. The `return` belongs
    behind the loop, as far to the left as `for`.
    """
    return -np.sum(np.log(np.clip(y_hat[0, labels[:1]], 1e-7, 1 - 1e-7))) / len(y_hat)


@sparse_categorical_cross_entropy.mistake
def only_the_first_example(labels, y_hat):
    """Your loss is that of the first example alone: take the mean over all of them.

    With the losses 0.6 and 0.2 you get 0.6, where (0.6 + 0.2) / 2 = 0.4 is right.
    """
    return -np.sum(np.log(np.clip(y_hat[0, labels[:1]], 1e-7, 1 - 1e-7)))
