"""Binary cross-entropy: how surprised a batch of predicted probabilities is by the true classes.

A prediction y_hat says "class 1, with this probability". If the example is of class 1, the surprise is -log(y_hat); if
it is of class 0, it is -log(1 - y_hat). It is near 0 where the prediction was sure and right, 0.6931 for a coin toss,
and has no limit where it was sure and wrong. Learning by this loss is finding the weights for which the data is most
likely.

No limit is one thing on paper and another in a computer: log(0) is minus infinity, and 0 * log(0) is NaN, even where
the prediction is perfect. So the probabilities are first clipped a little inside of 0 and 1, as Keras does.
"""

import numpy as np
from numba import njit

from grader import exercise, integers, uniform, values


# Between 0.1 and 0.9, since 1 - y_hat loses digits in float32 where y_hat is nearly 1, and a loss near 0 shows it.
@exercise(
    points=4,
    order=5,
    needs=["mean_squared_error", "sigmoid"],
    y=integers("N 1", 0, 1),
    y_hat=uniform("N 1", 0.1, 0.9),
    returns="",
)
@njit(cache=True)
def binary_cross_entropy(y, y_hat):
    """Compute the binary cross-entropy of predicted probabilities, as a mean over the batch.

    p[n] = y_hat[n, 0], clipped to the range from 1e-7 to 1 - 1e-7
    loss = -1/N * sum over n of (y[n, 0] log(p[n]) + (1 - y[n, 0]) log(1 - p[n]))

    N is the batch, n counts the examples. y holds the true classes, y_hat the predicted probabilities of class 1; log
    is the natural logarithm. Clipped means: a smaller number becomes 1e-7, a larger one 1 - 1e-7.

    Arguments:
        y: int32 array of shape (N, 1), each 0 or 1.
        y_hat: float32 array of shape (N, 1), each from 0 to 1. Exactly 0 and exactly 1 occur.

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1], [0]], dtype=np.int32)
        >>> y_hat = np.array([[0.9], [0.2]], dtype=np.float32)
        >>> round(float(binary_cross_entropy(y, y_hat)), 4)
        0.1643
    """
    N = y.shape[0]
    total = 0.0
    for n in range(N):
        p = min(max(float(y_hat[n, 0]), 1e-7), 1 - 1e-7)  # in double precision: float32 would round 1 - 1e-7
        if y[n, 0] == 1:
            total -= np.log(p)
        else:
            total -= np.log(1 - p)
    return total / N


@binary_cross_entropy.fast
@njit(cache=True, fastmath={"reassoc"})  # factors may be multiplied in any order, several at a time
def one_logarithm_for_many(y, y_hat):
    """The sum of 32 logarithms is the logarithm of one product: 32 factors of at least 1e-7 are far from underflow."""
    N = y.shape[0]
    total = 0.0
    for start in range(0, N, 32):
        product = 1.0
        for n in range(start, min(start + 32, N)):
            p = min(max(float(y_hat[n, 0]), 1e-7), 1 - 1e-7)  # in double precision: float32 would round 1 - 1e-7
            product *= p if y[n, 0] == 1 else 1 - p
        total -= np.log(product)
    return total / N


@binary_cross_entropy.tensorflow
def keras(y, y_hat):
    import tensorflow as tf

    return tf.keras.losses.BinaryCrossentropy()(y, y_hat)


def always_right(inputs, rng):
    """Make each prediction the true class itself."""
    inputs["y_hat"] = inputs["y"].astype(np.float32)


def always_wrong(inputs, rng):
    """Make each prediction the other class."""
    inputs["y_hat"] = (1 - inputs["y"]).astype(np.float32)


binary_cross_entropy.telling(y=[[1], [0], [1]], y_hat=[[0.75], [0.25], [0.5]])
binary_cross_entropy.telling(y=[[0], [1], [0]], y_hat=[[0.75], [0.25], [0.25]])
binary_cross_entropy.telling(y=[[0]], y_hat=[[0.5]])
# A bound so near 1 that float32 rounds it to 1 does not clip there; at 0 it can still be told from no bound at all.
binary_cross_entropy.telling(y=[[1], [0]], y_hat=[[0], [0.25]])

# Float32 rounds 1 - 1e-7 to 1 - 1.19e-7, which moves these losses by 1 %: right answers differ by that much.
ROUNDED = (0.02, 1e-6)
binary_cross_entropy.family("sure and right", adjust=always_right, tolerance=ROUNDED, cases=1)
binary_cross_entropy.family("sure and wrong", adjust=always_wrong, tolerance=ROUNDED)
binary_cross_entropy.family("sure", y_hat=values("N 1", (0, 1, 0.25)), tolerance=ROUNDED)
binary_cross_entropy.family("typical", cases=6)
binary_cross_entropy.family("large", N=(40, 60))
binary_cross_entropy.benchmark(grow="N", N=1_000_000)

binary_cross_entropy.hint(
    "For one example only one of the two terms is there. Which one for y = 1, and which for y = 0?"
)
binary_cross_entropy.hint(
    "What is log(0), and what is 0 * log(0)? Where does clipping have to happen, so that neither occurs?"
)
binary_cross_entropy.hint("A loss is not negative, though the logarithm of a probability is. Where is the minus sign?")
binary_cross_entropy.hint("What is the shape of your result? One number for the batch has the shape ().")


def _clipped(y_hat, smallest=1e-7):
    return np.clip(y_hat.astype(np.float64), smallest, 1 - smallest)


@binary_cross_entropy.mistake
def sum_for_mean(y, y_hat):
    """You add up the losses of the examples: divide the sum by N, for the mean over the batch.

    With y = [1, 0] and y_hat = [0.9, 0.2] the two losses are 0.1054 and 0.2231. Their sum is 0.3285, their mean
    0.1643.
    """
    p = _clipped(y_hat)
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def no_clip(y, y_hat):
    """log(0) gives infinity or NaN in your result: clip the probabilities to [1e-7, 1 - 1e-7] first.

    log(0) is minus infinity. For a prediction of exactly 0 where the class is 1 the loss becomes infinite; and for one
    of exactly 0 where the class is 0, a perfect one, y log(y_hat) is 0 times minus infinity, which is NaN.

    A sigmoid in float32 is exactly 1 from about 17 on, so this happens in practice, and one NaN makes the mean of the
    whole batch NaN. With clipping the worst loss of an example is -log(1e-7) = 16.118.
    """
    return -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


@binary_cross_entropy.mistake
def clipped_elsewhere(y, y_hat):
    """You clip at another bound than 1e-7, which shows where a prediction is exactly 0 or 1: use 1e-7 and 1 - 1e-7.

    The bound decides how bad the worst mistake is: -log(1e-7) is 16.118, -log(1e-15) is 34.539, -log(1e-5) is 11.513.
    None of them is more right than the others, but the numbers can be compared only where all use the same. Keras
    clips at 1e-7.
    """
    p = _clipped(y_hat, 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def clipped_at_1e_5(y, y_hat):
    """You clip at 1e-5, another bound than 1e-7, which shows where a prediction is 0 or 1: use 1e-7 and 1 - 1e-7.

    The bound decides how bad the worst mistake is: -log(1e-5) is 11.513, -log(1e-7) is 16.118. The numbers can be
    compared only where all use the same. Keras clips at 1e-7.
    """
    p = _clipped(y_hat, 1e-5)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def clipped_at_1e_8(y, y_hat):
    """You clip at 1e-8, another bound than 1e-7, which shows where a prediction is 0 or 1: use 1e-7 and 1 - 1e-7.

    The bound decides how bad the worst mistake is: -log(1e-8) is 18.421, -log(1e-7) is 16.118. The numbers can be
    compared only where all use the same. Keras clips at 1e-7.
    """
    p = _clipped(y_hat, 1e-8)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def clipped_at_1e_8_in_float32(y, y_hat):
    """You clip at another bound than 1e-7, namely 1e-8, and in float32 the upper one, 1 - 1e-8, is 1: use 1e-7.

    Just below 1 the numbers of float32 are 6e-8 apart, so that 1 - 1e-8 is rounded to 1. A prediction of exactly 1 is
    then not clipped, and log(1 - 1) is minus infinity. 1 - 1e-7 is rounded to 1 - 1.2e-7, which is near enough.
    """
    p = np.clip(y_hat, np.float32(1e-8), np.float32(1 - 1e-8))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def clipped_at_1e_15_in_float32(y, y_hat):
    """You clip at another bound than 1e-7, namely 1e-15, and in float32 the upper one, 1 - 1e-15, is 1: use 1e-7.

    Just below 1 the numbers of float32 are 6e-8 apart, so that 1 - 1e-15 is rounded to 1. A prediction of exactly 1 is
    then not clipped, and log(1 - 1) is minus infinity. 1 - 1e-7 is rounded to 1 - 1.2e-7, which is near enough.
    """
    p = np.clip(y_hat, np.float32(1e-15), np.float32(1 - 1e-15))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def logarithm_to_base_2(y, y_hat):
    """You use the logarithm to base 2: the natural one is meant, np.log, to base e.

    To base 2 the loss is measured in bits, and every value is 1 / log(2) = 1.4427 times as large. A coin toss costs
    1 bit, or 0.6931 with the natural logarithm.
    """
    p = _clipped(y_hat)
    return -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p))


@binary_cross_entropy.mistake
def sign_lost(y, y_hat):
    """Your loss is negative: the minus sign is missing.

    The logarithm of a probability is never positive. The minus sign in front turns it into a loss, which is 0 at best
    and grows with the error; without it, the worst predictions would have the smallest loss.
    """
    p = _clipped(y_hat)
    return np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def only_class_1(y, y_hat):
    """Examples of class 0 do not count in your loss: the term (1 - y) log(1 - y_hat) is missing.

    y log(y_hat) is 0 wherever y is 0. Without the second term a model that always says "class 1, for sure" would have
    no loss at all. With y = 0 and y_hat = 0.2 the loss is -log(0.8) = 0.2231.
    """
    p = _clipped(y_hat)
    return -np.mean(y * np.log(p))


@binary_cross_entropy.mistake
def only_class_0(y, y_hat):
    """Examples of class 1 do not count in your loss: the term y log(y_hat) is missing.

    (1 - y) log(1 - y_hat) is 0 wherever y is 1. Without the first term a model that always says "class 0, for sure"
    would have no loss at all. With y = 1 and y_hat = 0.9 the loss is -log(0.9) = 0.1054.
    """
    p = _clipped(y_hat)
    return -np.mean((1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def arguments_exchanged(y, y_hat):
    """You have y and y_hat exchanged: the logarithm is taken of the predicted probabilities, not of the classes.

    The class picks the term, the prediction goes into the logarithm. The other way round the logarithms are those of
    0 and 1, clipped: with y = 1 and y_hat = 0.9 the result is -0.1 log(1e-7) = 1.6118 in place of 0.1054.
    """
    q = _clipped(y)
    return -np.mean(y_hat * np.log(q) + (1 - y_hat) * np.log(1 - q))


@binary_cross_entropy.mistake
def label_in_the_second_term(y, y_hat):
    """In your second term y and y_hat have changed places: it is (1 - y) times log(1 - y_hat).

    Both terms have the same form: the class outside, the prediction inside the logarithm. With y = 0 and y_hat = 0.2
    the loss is -log(1 - 0.2) = 0.2231. If the prediction stands outside and the class inside, it is
    -(1 - 0.2) log(1 - 0), which is 0.
    """
    p = _clipped(y_hat)
    return -np.mean(y * np.log(p) + (1 - p) * np.log(1 - _clipped(y)))


@binary_cross_entropy.mistake
def every_pair(y, y_hat):
    """You compare every class with every prediction, N times N pairs: class n belongs to prediction n alone.

    Classes of shape (N,) against predictions of shape (N, 1) are stretched to an (N, N) table in NumPy, without any
    warning. With y = [1, 0] and y_hat = [0.9, 0.2] the mean over the four pairs is 1.0601, where 0.1643 is right. A
    batch of one cannot show it.

    Look for a flattened y or y_hat. Both arguments come as columns, (N, 1), and can stay so.
    """
    p = _clipped(y_hat)
    return -np.mean(y[:, 0] * np.log(p) + (1 - y[:, 0]) * np.log(1 - p))


@binary_cross_entropy.mistake
def outer_product(y, y_hat):
    """You multiply a column by a row, which gives N times N products, and add them all up: only N of them are meant.

    The product of shapes (N, 1) and (1, N) is a table of all pairs; that of (1, N) and (N, 1) is the sum of the N
    products that belong together. With y = [1, 0, 1] and y_hat = [0.9, 0.2, 0.6] the loss is 0.2798; the sum over the
    table, divided by N, is 2.6311. A batch of one cannot show it.
    """
    p = _clipped(y_hat)
    return -np.sum(y @ np.log(p).T + (1 - y) @ np.log(1 - p).T) / len(y)


@binary_cross_entropy.mistake
def one_for_each_example(y, y_hat):
    """Your result has one number for each example: take the mean over the batch too, for a single number.

    The mean over the last axis of an (N, 1) array changes nothing but the shape, to (N,). The mean over the examples
    has still to follow.
    """
    p = _clipped(y_hat)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p), axis=1)


@binary_cross_entropy.mistake
def plus_for_times(y, y_hat):
    """You add the class to the logarithm, and take the second logarithm of the class: the class is a factor.

    y log(y_hat) picks the term, since y is 1 or 0. With a plus sign in its place nothing is picked, and log(1 - y) is
    log(0) where y is 1. With y = 0 and y_hat = 0.2 you get 0.6094 where -log(0.8) = 0.2231 is right, and with y = 1
    infinity.
    """
    p = _clipped(y_hat)
    return -np.mean((y + np.log(p)) + ((1 - y) + np.log(1 - y)))


@binary_cross_entropy.mistake
def label_in_the_second_logarithm(y, y_hat):
    """In your second term the logarithm is taken of 1 - y: it is (1 - y) times log(1 - y_hat).

    The class stands outside and picks the term, the prediction stands inside. The logarithm of 1 - y is log(1) = 0 for
    class 0, so that these examples have no loss, and log(0) for class 1, which gives 0 times minus infinity: NaN. With
    y = 0 and y_hat = 0.2 the loss is -log(0.8) = 0.2231.
    """
    p = _clipped(y_hat)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - y))


@binary_cross_entropy.mistake
def sigmoid_again(y, y_hat):
    """You apply the sigmoid to y_hat: it holds probabilities already.

    The sigmoid belongs to logits. Of a probability it makes a number between 0.5 and 0.7311, so that no prediction is
    sure of anything. With y = 1 and y_hat = 0.9 the loss is -log(0.9) = 0.1054; after another sigmoid it is
    -log(0.7109) = 0.3412.
    """
    p = 1 / (1 + np.exp(-y_hat.astype(np.float64)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@binary_cross_entropy.mistake
def return_inside_the_loop(y, y_hat):
    """Only the first example is in your sum: your function seems to return in the first turn of its loop.

    A `return` that is indented as far as the loop's body ends the function in the first turn. The sum then holds one
    loss, and is divided by N all the same. With y = [1, 0] and y_hat = [0.9, 0.2] you get 0.1054 / 2 = 0.0527, where
    (0.1054 + 0.2231) / 2 = 0.1643 is right.
    """
    p = _clipped(y_hat[0, 0])
    return -(y[0, 0] * np.log(p) + (1 - y[0, 0]) * np.log(1 - p)) / len(y)


@binary_cross_entropy.mistake
def squared_error_in_its_place(y, y_hat):
    """You compute the mean squared error: the cross-entropy takes the logarithm of the probabilities.

    For the class 1 and the probability 0.5 the squared error is 0.25, and the cross-entropy is -log(0.5) = 0.6931.
    """
    return np.mean((y - y_hat) ** 2)
