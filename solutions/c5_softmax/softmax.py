"""Softmax: each row of logits becomes one probability per class.

The exponentials make every number positive, the division makes each row sum to 1. Subtracting the row's largest logit
first changes nothing in exact arithmetic, since exp(z - c) / sum exp(z - c) has the factor exp(-c) above and below; in
floating point it is what keeps exp() from overflowing.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(points=4, order=1, needs=["sigmoid"], logits=uniform("N K", -10, 10), returns="N K", reduces="K")
@njit(cache=True)
def softmax(logits):
    """Turn each row of logits into probabilities.

    probabilities[n, k] = exp(logits[n, k]) / sum over j of exp(logits[n, j])

    N is the batch, K the number of classes; n counts the rows, k and j count the classes. Each row is a distribution
    of its own: its probabilities are positive and sum to 1.

    Arguments:
        logits: float32 array of shape (N, K).

    Returns:
        float32 array of shape (N, K): each row sums to 1.

    The logits may be as large as 1000 or as small as -1000: exp() of such a number is infinite or 0 in float32, the
    probabilities are not.

    Example:
        >>> softmax(np.array([[0, 0], [1, 3]], dtype=np.float32)).round(4)
        array([[0.5   , 0.5   ],
               [0.1192, 0.8808]], dtype=float32)
    """
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


@softmax.fast
# Sums may be taken in any order, a product and the sum it goes into be one instruction; no divisor is compared with 0.
@njit(cache=True, fastmath={"reassoc", "contract"}, error_model="numpy")
def without_calls(logits):
    """No function is called for an exponential: the compiler takes several numbers at a time."""
    N, K = logits.shape
    probabilities = np.empty_like(logits)
    for n in range(N):
        # 1. The largest logit: the row is folded in half, the larger of two numbers kept, until one is left. A loop
        # that carried the largest one along could not take several at a time.
        for k in range(K):
            probabilities[n, k] = logits[n, k]
        size = K
        while size > 1:
            half = (size + 1) // 2
            for k in range(size - half):
                probabilities[n, k] = max(probabilities[n, k], probabilities[n, half + k])
            size = half
        largest = probabilities[n, 0]
        # 2. exp(power) is exp(power / 1024), of which a few terms of the series are enough, to the power of 1024. Below
        # -104 it is 0 in float32.
        total = 0.0
        for k in range(K):
            power = max(logits[n, k] - largest, -104.0) / 1024
            power = 1 + power * (1 + power * (1 / 2 + power * (1 / 6 + power * (1 / 24 + power / 120))))
            for _ in range(10):
                power *= power
            probabilities[n, k] = power
            total += power
        # 3. One division for a row, since multiplications are quicker.
        share = 1 / total
        for k in range(K):
            probabilities[n, k] *= share
    return probabilities


@softmax.tensorflow
def keras(logits):
    import tensorflow as tf

    return tf.keras.layers.Activation("softmax")(logits)


softmax.telling(logits=[[1, 2], [3, 5], [0, -1]])
softmax.telling(logits=[[1000, 1001], [0, 1]])
softmax.telling(logits=[[-1000, -1001, -1003], [2, 0, 1]])

softmax.family("large logits", logits=uniform("N K", -1000, 1000))
softmax.family("one class", K=1)
softmax.family("all equal", logits=uniform("N K", 3, 3.0005))
softmax.benchmark(grow="N", N=1024, K=1000)

softmax.hint("Every row is a distribution of its own: along which axis do you sum?")
softmax.hint(
    "A sum over the classes has the shape (N,). How can you keep it as (N, 1), so that each row is divided by its own?"
)
softmax.hint("exp(1000) is infinite. What can you subtract from a row without changing its softmax?")
softmax.hint(
    "The number that you subtract may differ from row to row. Choose it so that the largest exponent of each row is 0."
)


@softmax.mistake
def over_the_batch(logits):
    """Your columns sum to 1; the rows should: normalise over the classes (axis 1).

    A row is one example, a column is one class. The question that softmax answers is "which class does this example
    belong to?", so the classes of one example compete with each other. Over the batch, the examples compete instead:
    the answer for one image then depends on which other images happen to be in the batch.

    With the logits [[0, 0], [1, 3]] the first row must be [0.5, 0.5]. Over the batch it is [0.2689, 0.0474].

    Look at the axis of the sum, and at the axis of the maximum. Where N equals K the shape does not give it away.
    """
    shifted = np.exp(logits - logits.max(axis=0, keepdims=True))
    return shifted / shifted.sum(axis=0, keepdims=True)


@softmax.mistake
def over_the_whole_array(logits):
    """All your numbers together sum to 1; each row should sum to 1 by itself.

    A sum without an axis runs over everything, all N times K numbers. The probabilities of each row then come out too
    small, by about a factor of N.

    With the logits [[0, 0], [0, 0]] each row is [0.5, 0.5]; the sum over the whole array gives 0.25 four times. With a
    single row the two are the same, so a test with a batch of one cannot show it.

    Take the sum over the classes, and keep one sum a row.
    """
    shifted = np.exp(logits - logits.max())
    return shifted / shifted.sum()


@softmax.mistake
def without_the_shift(logits):
    """exp() overflows for large logits, and inf / inf is not a number: subtract each row's largest logit first.

    In float32, exp(89) is already too large to be held and becomes infinite. The sum is then infinite too, and
    inf / inf is NaN. At the other end exp(-1000) is 0, and a row of such logits ends in 0 / 0.

    Softmax does not change when the same number c is subtracted from all logits of a row: exp(z - c) is
    exp(z) times exp(-c), and exp(-c) is above and below the fraction. With c the row's largest logit, the largest
    exponent is 0, its exponential is 1, and nothing overflows. The logits [1000, 1001] become [-1, 0], with the
    probabilities [0.2689, 0.7311].
    """
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


@softmax.mistake
def shifted_by_the_largest_of_all(logits):
    """You subtract the largest logit of the whole batch; a row far below it becomes 0 / 0: subtract each row's own.

    The shift protects from overflow, but it must not be so large that a whole row underflows. With the logits
    [[1000, 1001], [0, 1]] the largest of all is 1001. The second row becomes [-1001, -1000], both exponentials are 0
    in floating point, their sum is 0, and 0 / 0 is NaN. The row's own largest logit is 1, which leaves [-1, 0].

    This one is easy to miss, since it shows only where the rows of a batch lie far apart: the same data can be right
    with one batch size and NaN with another.
    """
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=1, keepdims=True)


@softmax.mistake
def maximum_started_from_zero(logits):
    """Your search for the largest logit starts from 0, which is too large where all logits of a row are negative.

    With the logits [-1000, -1001, -1003] a maximum that starts from 0 stays 0. Nothing is shifted, all exponentials
    are 0 in floating point, and 0 / 0 is NaN. The largest of the three is -1000, which leaves [0, -1, -3].

    Start from a number that is among those you search, such as the row's first.
    """
    largest = np.maximum(logits.max(axis=1, keepdims=True), 0)
    powers = np.exp(logits - largest)
    return powers / powers.sum(axis=1, keepdims=True)


@softmax.mistake
def not_normalised(logits):
    """Your numbers are the exponentials alone: divide each row by its sum, so that it sums to 1.

    With the logits [1, 3], shifted by 3, the exponentials are [0.1353, 1]. They sum to 1.1353 and are no
    probabilities yet; divided by their sum they are [0.1192, 0.8808].
    """
    return np.exp(logits - logits.max(axis=1, keepdims=True))


@softmax.mistake
def logits_divided_by_their_sum(logits):
    """You divide the logits by their sum, without exp(): rows sum to 1 then, but can hold negative numbers.

    The exponential is what makes every logit a positive number. Without it the logits [0, -1] give [0, 1], which
    favours the smaller of the two; [1, -1] have the sum 0, and cannot be divided at all.

    Softmax takes the exponential of each logit first, and divides by the sum of these.
    """
    return logits / logits.sum(axis=1, keepdims=True)


@softmax.mistake
def a_sigmoid_for_each(logits):
    """You take the sigmoid of each logit by itself: rows do not sum to 1. In softmax the classes share one sum.

    The sigmoid answers a yes-or-no question about one number. Three sigmoids are three such answers, and all of them
    can be near 1. Softmax answers "which of these?", and what one class gains the others lose.

    With the logits [0, 0, 0] the sigmoids are 0.5 each, 1.5 together. Softmax gives a third to each.
    """
    return 1 / (1 + np.exp(-logits))


@softmax.mistake
def transposed(logits):
    """Your result is transposed, (K, N) in place of (N, K): one row an example, one column a class.

    Dividing an (N, K) array by a sum of shape (N,) does not work in NumPy unless N equals K, and transposing before
    the division is a common way round it. The result must then be transposed back. Keeping the summed axis with
    size 1, so that the sum has the shape (N, 1), avoids both.
    """
    columns = logits.T
    powers = np.exp(columns - columns.max(axis=0))
    return powers / powers.sum(axis=0)


@softmax.mistake
def shifted_by_the_largest_of_each_class(logits):
    """You subtract each column's largest logit: only what is the same for a whole row leaves its softmax unchanged.

    From the logits [[1, 2], [3, 5]] the columns' largest, 3 and 5, leave [[-2, -3], [0, 0]]. The first row's second
    logit was the larger one and is now the smaller one. The rows' largest, 2 and 5, leave [[-1, 0], [-2, 0]].

    Take the maximum along the classes (axis 1), and keep it as a column.
    """
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=1, keepdims=True)


@softmax.mistake
def sum_never_reset(logits):
    """The sum that you divide by still holds the rows above: begin every row's sum at 0.

    The first row is right, and each row after it sums to less than 1. For two rows of the logits [0, 0] the powers are
    1 and 1 in each: the first row is divided by 2, the second by 4, and comes out as [0.25, 0.25].
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / np.cumsum(powers.sum(axis=1, keepdims=True), axis=0)
