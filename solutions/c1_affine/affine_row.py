"""The affine transform of one example with several features: y = x w + b.

Each feature has a weight of its own, and the products are added up into one number: an inner product. With one weight
positive and another negative the features can speak for and against; the bias says how the sum stands when all of
them are silent.

The example is a row of shape (1, F) and the weights are a column of shape (F, 1), so that their matrix product has the
shape (1, 1): the inner F meets F and disappears. That axis is the one that the loop runs over.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=1,
    order=2,
    needs=["affine_scalar"],
    x=uniform("1 F"),
    w=uniform("F 1"),
    b=uniform("1"),
    returns="1 1",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def affine_row(x, w, b):
    """Weigh the features of one example, add them up, and add a bias.

    y[0, 0] = (sum over f of x[0, f] w[f, 0]) + b[0]

    F is the number of features, f counts them. x is the example, w holds a weight for each feature, b is the bias.

    Arguments:
        x: float32 array of shape (1, F).
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (1, 1).

    F differs from call to call, and may be 1.

    Example:
        >>> x = np.array([[1, 2, -1]], dtype=np.float32)
        >>> w = np.array([[3], [-1], [2]], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> affine_row(x, w, b)
        array([[9.]], dtype=float32)
    """
    F = x.shape[1]
    y = np.empty((1, 1), dtype=w.dtype)
    total = 0.0  # in double precision, so that a long sum does not lose digits on its way
    for f in range(F):
        total += x[0, f] * w[f, 0]
    y[0, 0] = total + b[0]
    return y


@affine_row.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1)
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


affine_row.telling(x=[[1, 2, -1]], w=[[3], [-1], [2]], b=[10])
affine_row.telling(x=[[2, -3]], w=[[-1], [4]], b=[-5])
affine_row.telling(x=[[-4]], w=[[3]], b=[5])

affine_row.family("typical", cases=6)
affine_row.family("many features", F=(40, 60))
affine_row.family("large", F=(120, 160))
affine_row.benchmark(grow="F", F=4_194_304)

affine_row.hint(
    "Line up the row x and the column w: which feature meets which weight, and what do you do with the products?"
)
affine_row.hint("Where does b go: into every product, or to the sum, once?")
affine_row.hint(
    "The matrix product of a row of shape (1, F) and a column of shape (F, 1) has the shape (1, 1). In an element-wise "
    "product the two would be broadcast to (F, F) instead."
)


@affine_row.mistake
def no_bias(x, w, b):
    """Your result is the weighted sum alone: the bias b is still to be added.

    With x = [1, 2, -1] and w = [3, -1, 2] the sum is 3 - 2 - 2 = -1. With b = 10 the result is 9.

    The bias is added once, to the finished sum.
    """
    return x @ w


@affine_row.mistake
def bias_twice(x, w, b):
    """The bias is in your result twice: it belongs there once.

    With x = [1, 2, -1], w = [3, -1, 2] and b = 10 the sum is -1 and the result 9. You get 19, which is too large by
    exactly b.

    It often comes from starting the sum at b and adding b again at the end. Keep one of the two.
    """
    return x @ w + b + b


@affine_row.mistake
def bias_with_every_feature(x, w, b):
    """You add the bias once for each feature: add it once, after the sum.

    If b stands inside the loop over the features, it is added F times. With x = [1, 2, -1], w = [3, -1, 2] and b = 10
    that is -1 + 30 = 29, where -1 + 10 = 9 is right. With a single feature the two agree, so a test with F = 1 cannot
    show it.

    Move the bias out of the loop, or out of what you sum.
    """
    return (x * w.T + b).sum(axis=1, keepdims=True)


@affine_row.mistake
def not_added_up(x, w, b):
    """You multiply each feature by its weight, but do not add the products up: the result is a single number.

    With x = [1, 2, -1] and w = [3, -1, 2] the products are 3, -2 and -2. They belong into one sum, -1, to which the
    bias is added.

    The result's shape shows it: (1, F) where (1, 1) is asked for. The axis that x and w share has to disappear.
    """
    return x * w.T + b


@affine_row.mistake
def every_pair(x, w, b):
    """You multiply every feature by every weight, which gives an (F, F) table: each feature has one weight of its own.

    A row of shape (1, F) times a column of shape (F, 1) with the element-wise product is broadcast: NumPy stretches
    both to (F, F) and multiplies all pairs. With x = [1, 2, -1] and w = [3, -1, 2] that is nine products, of which
    only the three on the diagonal (3, -2 and -2) belong into the sum.

    Use the matrix product of the two, or a loop that walks along x and w together.
    """
    return x * w + b


@affine_row.mistake
def mean_of_the_products(x, w, b):
    """You take the mean of the products: they are added up, not averaged.

    With x = [1, 2, -1] and w = [3, -1, 2] the products add up to -1; their mean is -1/3. Dividing by F would make each
    feature count less the more features there are. The weights are there to say how much each one counts.
    """
    return (x * w.T).mean(axis=1, keepdims=True) + b


@affine_row.mistake
def only_the_first_feature(x, w, b):
    """Only the first feature is in your result: go through all F of them.

    With x = [1, 2, -1], w = [3, -1, 2] and b = 10 the first product alone gives 3 + 10 = 13; all three give 9.

    This happens when the code of the single number is kept as it was, with x[0, 0] and w[0, 0] in it, or when a
    function returns from inside its loop.
    """
    return x[:, :1] * w[:1] + b


@affine_row.mistake
def lost_axis(x, w, b):
    """Your result is right in value but has lost an axis: shape (1, 1) is asked for, one row and one column.

    A sum over an axis, an inner product of two flat arrays, and squeeze() all remove axes. What is left is (1,) or
    a bare number, and a later layer that reads the second axis of its input then fails.

    Keep the row (the example) and the column (the output), even where there is only one of each.
    """
    return (x * w.T).sum(axis=1) + b


@affine_row.mistake
def only_the_last_feature(x, w, b):
    """Only the last feature is in your result: each product replaces the one before it, where it should be added.

    A loop that assigns the product (=) keeps the last one; it has to add the product to the sum so far (+=). With
    x = [1, 2, -1], w = [3, -1, 2] and b = 10 the last product is -2, and you get 8; the sum of all three products is
    -1, and 9 is right. With a single feature the two agree.
    """
    return x[:, -1:] * w[-1:] + b


@affine_row.mistake
def first_feature_left_out(x, w, b):
    """Your sum over the features begins one too late: the first feature is left out.

    The first index is 0, so range(1, F) and a slice from 1 on pass over it. With x = [1, 2, -1], w = [3, -1, 2] and
    b = 10 the product 1 * 3 is missing: you get 6, where 9 is right.
    """
    return x[:, 1:] @ w[1:] + b


@affine_row.mistake
def last_feature_left_out(x, w, b):
    """Your sum over the features ends one too early: the last feature is left out.

    range(F - 1) and a slice up to -1 stop before it. With x = [1, 2, -1], w = [3, -1, 2] and b = 10 the product -1 * 2
    is missing: you get 11, where 9 is right.
    """
    return x[:, :-1] @ w[:-1] + b
