"""The sigmoid: it bends the whole number line into the range from 0 to 1.

sigmoid(z) = 1 / (1 + exp(-z)) is also called the logistic function. It turns a score of any size, a logit, into a
probability: the logit is the logarithm of the odds p / (1 - p), and the sigmoid is the way back. Twice the odds are
always log 2 more on the logit, wherever one starts, which is what makes logits good numbers to add up.

Multiplied by exp(z) above and below, the formula becomes exp(z) / (1 + exp(z)). In exact arithmetic both are the same.
In floating point exp() of a large positive number overflows to infinity, and of a large negative one rounds to 0.
Each form is safe on one side only, so the reference takes either where it is safe.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=3,
    order=1,
    needs=["sigmoid_neuron"],
    z=uniform("N K", -8, 8),
    returns="N K",
)
@njit(cache=True)
def sigmoid(z):
    """Apply the sigmoid to every number of an array.

    y = 1 / (1 + exp(-z)), for each number by itself

    z holds logits, y the probabilities that belong to them: sigmoid(0) = 1/2, and sigmoid(-z) = 1 - sigmoid(z).

    Arguments:
        z: float32 array with one axis or two: of shape (N,) or (N, K).

    Returns:
        float32 array of the same shape as z.

    z may be as large as 1000 or as small as -1000. The results are then 1 and 0, to float32 precision, and never
    "not a number". The array z itself is to stay as it is.

    Example:
        >>> sigmoid(np.array([[0, 1, -2], [3, -1, 2]], dtype=np.float32)).round(4)
        array([[0.5   , 0.7311, 0.1192],
               [0.9526, 0.2689, 0.8808]], dtype=float32)
        >>> sigmoid(np.array([1000, -1000], dtype=np.float32))
        array([1., 0.], dtype=float32)
    """
    y = np.empty_like(z)
    for place, number in np.ndenumerate(z):  # every number of z, however many axes z has
        if number >= 0:
            y[place] = 1 / (1 + np.exp(-number))
        else:
            power = np.exp(number)
            y[place] = power / (1 + power)
    return y


# A product and the sum it goes into may be one instruction; no divisor is compared with 0.
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def without_branches(numbers):
    """The same steps for every number, no call and no branch: the compiler takes several numbers at a time."""
    results = np.empty_like(numbers)
    for place in range(numbers.size):
        # 1. In double precision exp(104) does not overflow, and 1 / (1 + exp(104)) is 0 in float32.
        power = min(max(-numbers[place], -104.0), 104.0)
        # 2. exp(power) is exp(power / 1024), of which a few terms of the series are enough, to the power of 1024.
        power /= 1024
        power = 1 + power * (1 + power * (1 / 2 + power * (1 / 6 + power * (1 / 24 + power / 120))))
        for _ in range(10):
            power *= power
        results[place] = 1 / (1 + power)
    return results


@sigmoid.fast
def fast_sigmoid(z):
    return without_branches(z.ravel()).reshape(z.shape)  # all axes in one


@sigmoid.tensorflow
def keras(z):
    import tensorflow as tf

    return tf.keras.layers.Activation("sigmoid")(z)


sigmoid.telling(z=[[0, 1, -2], [3, -1, 2]])
sigmoid.telling(z=[[1000, -1000], [1, 0]])

sigmoid.family("one axis", z=uniform("N", -8, 8, step=0.5), returns="N", cases=3)
sigmoid.family("a single number", z=uniform("N", -8, 8, step=0.5), returns="N", N=1, cases=1)
sigmoid.family("z of up to 1000", z=uniform("N K", -1000, 1000))
sigmoid.benchmark(grow="N", N=256, K=4096)

sigmoid.hint("NumPy's exp() takes a whole array and answers with an array of the same shape, however many axes it has.")
sigmoid.hint("Check three values: sigmoid(0) is 1/2, sigmoid(2) is about 0.8808, sigmoid(-2) about 0.1192.")
sigmoid.hint(
    "exp(1000) is infinite, exp(-1000) is 0. Look at each exponential in your formula: for which sign of z does it "
    "overflow, and what becomes of the fraction then?"
)
sigmoid.hint(
    "A warning about overflow does not make an answer wrong: 1 / infinity is 0. To be rid of it, take the exponential "
    "of a number that is never positive, and put it into the form of the formula that fits the sign of z."
)


@sigmoid.mistake
def exponential_overflows(z):
    """For a large z your exponential overflows, and infinity divided by infinity is not a number.

    exp(z) / (1 + exp(z)) equals the sigmoid in exact arithmetic. In float32 exp(z) is infinite from about z = 89 on,
    so that z = 1000 gives inf / inf, which is nan. For z = -1000 the same form is right: 0 / 1 = 0.

    1 / (1 + exp(-z)) is right at both ends, since 1 / inf is 0; it only warns. Without a warning it goes by taking
    the first form for negative z and the second for the others, so that exp() never gets a positive number.
    """
    e = np.exp(z)
    return e / (1 + e)


@sigmoid.mistake
def minus_sign_lost(z):
    """Your results fall where they should rise: they are those of -z, not of z.

    1 / (1 + exp(z)) is sigmoid(-z), which is 1 - sigmoid(z). The number 1 gives 0.2689 with it, where 0.7311 is right.
    At z = 0 both give one half, so that test does not show it.
    """
    return 1 / (1 + np.exp(z))


@sigmoid.mistake
def parentheses_missing(z):
    """Your results are 1 + exp(-z): put the whole denominator in parentheses.

    Division binds more tightly than addition, so 1 / 1 + exp(-z) is read as (1 / 1) + exp(-z). At z = 0 that is 2,
    where 1 / (1 + 1) = 0.5 is right; a result above 1 cannot come from a sigmoid.
    """
    return 1 / 1 + np.exp(-z)


@sigmoid.mistake
def tanh_in_its_place(z):
    """You use tanh, whose values lie between -1 and 1: the sigmoid's lie between 0 and 1.

    The two have the same form, tanh(z) = 2 sigmoid(2 z) - 1, and different values: tanh(0) is 0 where sigmoid(0) is
    0.5, and tanh(-1) is -0.7616 where sigmoid(-1) is 0.2689. A probability cannot be negative.
    """
    return np.tanh(z)


@sigmoid.mistake
def sigmoid_twice(z):
    """You apply the sigmoid twice: once is enough.

    The second sigmoid gets numbers between 0 and 1, and so gives numbers between 0.5 and 0.7311 only. The numbers 0, 1
    and -2 come out as 0.6225, 0.6750 and 0.5298, where 0.5, 0.7311 and 0.1192 are right.
    """
    y = 1 / (1 + np.exp(-z))
    return 1 / (1 + np.exp(-y))


@sigmoid.mistake
def relu_before_the_sigmoid(z):
    """Your results never lie below one half: the negative numbers of z are made 0 before the sigmoid.

    A relu, or a maximum with 0, turns -2 into 0, and sigmoid(0) is 0.5 where sigmoid(-2) = 0.1192 is right. If you
    meant to keep exp() from overflowing: the sign of z has to come back in afterwards.
    """
    return 1 / (1 + np.exp(-np.maximum(z, 0)))


@sigmoid.mistake
def absolute_value_for_both_signs(z):
    """Your results are right for positive z and mirrored for negative z: the sign of z has got lost on the way.

    exp(-|z|) never overflows, which is a good idea, but 1 / (1 + exp(-|z|)) is the sigmoid of |z|. For z = -2 it gives
    0.8808, where 0.1192 is right. For negative z the same exponential belongs into the other form of the formula,
    the one that has exp(z) above the fraction line as well.
    """
    return 1 / (1 + np.exp(-np.abs(z)))


@sigmoid.mistake
def rounded_to_a_class(z):
    """Your results are only 0 and 1: the sigmoid's value is asked for, not the class that it speaks for.

    sigmoid(1) is 0.7311. That it is more than one half is a decision about it, and a later step; once rounded, nobody
    can tell 0.51 from 0.99.
    """
    return (1 / (1 + np.exp(-z)) > 0.5).astype(np.float32)


@sigmoid.mistake
def derivative_in_its_place(z):
    """You return the sigmoid's derivative, y (1 - y): the value y itself is asked for.

    The derivative is largest at z = 0, where it is 0.25, and falls towards 0 on both sides. The sigmoid at 0 is 0.5 and
    rises everywhere. The derivative will be of use in training.
    """
    y = 1 / (1 + np.exp(-z))
    return y * (1 - y)


@sigmoid.mistake
def flattened(z):
    """Your values are right, but the shape is lost: the result has the same axes as z.

    Going through the numbers of z one after another is easy on a flat copy of it. The flat result then has one axis
    only, so that for z of shape (2, 3) there are 6 numbers in a row where 2 rows of 3 are asked for. Give the result
    the shape of z at the end.
    """
    return 1 / (1 + np.exp(-z.ravel()))


@sigmoid.mistake
def two_axes_always(z):
    """For z with one axis you return two: the result has the same axes as z.

    An array of shape (N,) is not a row of shape (1, N) nor a column of shape (N, 1). The sigmoid looks at each number
    by itself, so it needs to know nothing of rows and columns.
    """
    return np.atleast_2d(1 / (1 + np.exp(-z)))
