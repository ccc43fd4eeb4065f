"""The mean squared error: how far a batch of predictions is from its targets, as one number.

Squaring does two things. It makes the sign of a difference not matter, and it makes one difference of 10 count as much
as a hundred differences of 1: large errors are what a regression is punished for. The mean over the batch makes the
number comparable between batches of different sizes.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=2,
    needs=["regression_targets"],
    y=uniform("N 1"),
    y_hat=uniform("N 1"),
    returns="",
)
# The compiler may add the squares in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def mean_squared_error(y, y_hat):
    """Compute the mean of the squared differences between targets and predictions.

    loss = 1/N * sum over n of (y[n, 0] - y_hat[n, 0])**2

    N is the batch, n counts the examples. y holds the targets, y_hat the predictions.

    Arguments:
        y: float32 array of shape (N, 1).
        y_hat: float32 array of shape (N, 1).

    Returns:
        A single number, of shape (): one loss for the whole batch.

    Example:
        >>> y = np.array([[1], [2], [4]], dtype=np.float32)
        >>> y_hat = np.array([[3], [1], [4]], dtype=np.float32)
        >>> round(float(mean_squared_error(y, y_hat)), 4)
        1.6667
    """
    N = y.shape[0]
    total = 0.0  # in double precision, so that a long sum does not lose digits on its way
    for n in range(N):
        total += (y[n, 0] - y_hat[n, 0]) ** 2
    return total / N


@mean_squared_error.tensorflow
def keras(y, y_hat):
    import tensorflow as tf

    return tf.keras.losses.MeanSquaredError()(y, y_hat)


mean_squared_error.telling(y=[[1], [2], [4]], y_hat=[[3], [1], [4]])
mean_squared_error.telling(y=[[1], [2], [3]], y_hat=[[1], [2], [3]])
mean_squared_error.telling(y=[[2], [-1]], y_hat=[[-1], [3]])

mean_squared_error.family("typical", cases=6)
mean_squared_error.family("large numbers", y=uniform("N 1", -100, 100), y_hat=uniform("N 1", -100, 100))
mean_squared_error.family("large", N=(60, 90))
mean_squared_error.benchmark(grow="N", N=4_000_000)

mean_squared_error.hint("Take y = [[1], [2], [4]] and y_hat = [[3], [1], [4]]. What are the three squared differences?")
mean_squared_error.hint("There is one mean, over the batch. By what is the sum divided?")
mean_squared_error.hint(
    "What is the shape of your result? A single number has the shape (), which is neither (1,) nor (1, 1)."
)


@mean_squared_error.mistake
def sum_for_mean(y, y_hat):
    """You add the squared differences up: divide the sum by the number of examples, for their mean.

    For the differences -2, 1 and 0 the squares 4, 1 and 0 have the sum 5 and the mean 5/3 = 1.6667. A sum grows with
    the batch, so the losses of a full batch and a short last one could not be compared.
    """
    return np.sum((y - y_hat) ** 2)


@mean_squared_error.mistake
def halved(y, y_hat):
    """Your loss is half of what is asked for: there is no factor 1/2 in the mean squared error.

    Some books put 1/2 in front so that the derivative has no factor 2. It makes no difference to which weights are
    best, but it is another number: 0.8333 in place of 1.6667 for the squares 4, 1 and 0. Keras has no such factor.
    """
    return np.mean((y - y_hat) ** 2) / 2


@mean_squared_error.mistake
def root_taken(y, y_hat):
    """Your loss is the root of the mean squared error: leave the root out.

    The root mean squared error has the unit of the targets and reads well in a report; it is another quantity. For
    the squares 4, 1 and 0 the mean squared error is 1.6667 and its root 1.2910.
    """
    return np.sqrt(np.mean((y - y_hat) ** 2))


@mean_squared_error.mistake
def mean_absolute_error(y, y_hat):
    """You take the mean of the absolute differences: they are to be squared.

    The mean absolute error of the differences -2, 1 and 0 is (2 + 1 + 0) / 3 = 1. Squared, they give
    (4 + 1 + 0) / 3 = 1.6667: the largest difference counts for more. Where all differences are 0, 1 or -1 the two
    agree, so choose other numbers to test with.
    """
    return np.mean(np.abs(y - y_hat))


@mean_squared_error.mistake
def square_of_the_mean(y, y_hat):
    """You square the mean difference: square each difference first, then take the mean.

    Differences of opposite sign cancel in a mean. A prediction that is 100 too high once and 100 too low once would
    have the loss 0. For the differences -2, 1 and 0 the mean is -1/3 and its square 0.1111; the mean of the squares is
    1.6667.
    """
    return np.mean(y - y_hat) ** 2


@mean_squared_error.mistake
def every_pair(y, y_hat):
    """You compare every target with every prediction, N times N pairs: target n belongs to prediction n alone.

    An array of shape (N,) minus one of shape (N, 1) is an (N, N) table in NumPy: both are stretched, and no warning is
    given. A perfect prediction then has a loss: with y = y_hat = [1, 2, 3] the table holds differences up to 2, and
    the mean of its squares is 1.3333 where 0 is right.

    Look for a flattened y or y_hat. Both arguments come as columns, (N, 1), and can stay so.
    """
    return np.mean((y[:, 0] - y_hat) ** 2)


@mean_squared_error.mistake
def not_squared(y, y_hat):
    """You take the mean of the differences without squaring them, so that errors of opposite sign cancel.

    For the differences -2, 1 and 0 you get -0.3333. A loss is never negative, and is 0 only where all predictions
    are right; the squares are what makes it so.
    """
    return np.mean(y - y_hat)


@mean_squared_error.mistake
def one_for_each_example(y, y_hat):
    """Your result has one number for each example: take the mean over the batch too, for a single number.

    Taking the mean over the last axis is what libraries do first, and with targets of shape (N, 1) it changes nothing
    but the shape, to (N,). The mean over the examples has still to follow.
    """
    return np.mean((y - y_hat) ** 2, axis=1)


@mean_squared_error.mistake
def only_the_prediction_squared(y, y_hat):
    """You square the prediction alone: take the difference first, then square it.

    y - y_hat ** 2 is y - (y_hat ** 2), since a power binds more tightly than a minus sign. With y = 3 and y_hat = 2 it
    is 3 - 4 = -1, where (3 - 2) ** 2 = 1 is right. A squared error is never negative. Put the difference in
    parentheses.
    """
    return np.mean(y - y_hat**2)


@mean_squared_error.mistake
def divided_by_one_less(y, y_hat):
    """You divide by N - 1: the mean over the batch divides by the number of examples, N.

    N - 1 belongs to the variance of a sample, where one degree of freedom is used up by the mean. With the squared
    differences 1, 4 and 0 the loss is 5 / 3 = 1.6667; divided by 2 it is 2.5. With one example it is a division by 0.
    """
    return np.sum((y - y_hat) ** 2) / np.float64(len(y) - 1)


@mean_squared_error.mistake
def return_inside_the_loop(y, y_hat):
    """Only the first example is in your sum: your function seems to return in the first turn of its loop.

    A `return` that is indented as far as the loop's body ends the function in the first turn. The sum then holds one
    squared difference, and is divided by N all the same. With the squared differences 1, 4 and 0 you get 1 / 3 =
    0.3333, where 5 / 3 = 1.6667 is right.
    """
    return (y[0, 0] - y_hat[0, 0]) ** 2 / len(y)


@mean_squared_error.mistake
def variance_in_its_place(y, y_hat):
    """You take the variance of the differences, which leaves out their mean: square the differences as they are.

    For the differences 1, 1 and 1 the mean squared error is 1, and the variance is 0, as they are all alike. For -2, 1
    and 0 it is 5/3 - 1/9 = 1.5556, where 1.6667 is right.
    """
    return np.var(y - y_hat)
