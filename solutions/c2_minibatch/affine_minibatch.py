"""The affine transform of a mini-batch: one row an example, one result a row.

A network is hardly ever asked about one example. Examples are stacked as the rows of a matrix x of shape (N, F), and
x w + b then treats every row alike: row n of the result depends on row n of x and on nothing else. The same weights
and the same bias serve all rows; b has a single number, which NumPy would broadcast to all of them.

The batch axis is what makes the computation fast: N independent inner products are one matrix product, in which each
weight is fetched from memory once and used N times.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=1,
    needs=["affine_row"],
    x=uniform("N F"),
    w=uniform("F 1"),
    b=uniform("1"),
    returns="N 1",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def affine_minibatch(x, w, b):
    """Apply one affine transform to every row of a mini-batch.

    y[n, 0] = (sum over f of x[n, f] w[f, 0]) + b[0]

    N is the number of examples in the mini-batch, n counts them; F is the number of features, f counts them. All rows
    share the weights w and the bias b.

    Arguments:
        x: float32 array of shape (N, F): a row is an example.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N, 1): row n belongs to row n of x.

    N and F differ from call to call, and either may be 1. The result always has two axes.

    Example:
        >>> x = np.array([[1, 2, -1], [0, -3, 1]], dtype=np.float32)
        >>> w = np.array([[3], [-1], [2]], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> affine_minibatch(x, w, b)
        array([[ 9.],
               [15.]], dtype=float32)
    """
    N, F = x.shape
    y = np.empty((N, 1), dtype=w.dtype)
    for n in range(N):
        total = 0.0  # in double precision, so that a long sum does not lose digits on its way
        for f in range(F):
            total += x[n, f] * w[f, 0]
        y[n, 0] = total + b[0]
    return y


@affine_minibatch.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1)
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


affine_minibatch.telling(x=[[1, 2, -1], [0, -3, 1]], w=[[3], [-1], [2]], b=[10])
affine_minibatch.telling(x=[[2, 1], [-1, 1], [3, -2]], w=[[1], [4]], b=[-2])
affine_minibatch.telling(x=[[-4], [2]], w=[[3]], b=[5])

affine_minibatch.family("typical", cases=6)
affine_minibatch.family("large", N=(20, 30), F=(30, 40))
affine_minibatch.benchmark(grow="N", N=10_000, F=784)

affine_minibatch.hint("You can do one row. What changes from row to row, and what stays the same?")
affine_minibatch.hint(
    "The result needs a place for every row: how many rows does x have, and where can you ask for that number?"
)
affine_minibatch.hint(
    "Write the shapes below the formula: (N, F) times (F, 1) is (N, 1), and b has the shape (1,). Which axis is summed "
    "over, and which one stays?"
)


@affine_minibatch.mistake
def no_bias(x, w, b):
    """Your rows are the weighted sums alone: the bias b is still to be added to each.

    With the rows [1, 2, -1] and [0, -3, 1] and w = [3, -1, 2] the sums are -1 and 5. With b = 10 the results are 9
    and 15.

    The bias is added once to each row's finished sum.
    """
    return x @ w


@affine_minibatch.mistake
def bias_twice(x, w, b):
    """The bias is in every row twice: it belongs there once.

    With b = 10 the rows of the example come out as 19 and 25, where 9 and 15 are right. Each is too large by exactly b.

    It often comes from starting the sum at b and adding b again at the end. Keep one of the two.
    """
    return x @ w + 2 * b


@affine_minibatch.mistake
def bias_with_every_feature(x, w, b):
    """You add the bias once for each feature: add it once for each row, after the sum.

    If b stands inside the loop over the features, it is added F times. With three features and b = 10, the row
    [1, 2, -1] gives -1 + 30 = 29, where -1 + 10 = 9 is right. With a single feature the two agree.

    Move the bias out of the inner loop.
    """
    y = np.zeros((x.shape[0], 1), dtype=np.float32)
    for n in range(x.shape[0]):
        for f in range(x.shape[1]):
            y[n, 0] += x[n, f] * w[f, 0] + b[0]
    return y


@affine_minibatch.mistake
def sum_never_reset(x, w, b):
    """Each of your rows still carries the sums of the rows above it: begin every row's sum at 0.

    A running total that is set to 0 before the outer loop, and not inside it, goes on growing. In the example the sums
    are -1 and 5; the second row then starts at -1 and ends at 4, so you get 9 and 14 in place of 9 and 15.

    The first row is right, and so is any mini-batch of one. Look where the total is set to 0.
    """
    y = np.zeros((x.shape[0], 1), dtype=np.float32)
    total = 0.0
    for n in range(x.shape[0]):
        for f in range(x.shape[1]):
            total += x[n, f] * w[f, 0]
        y[n, 0] = total + b[0]
    return y


@affine_minibatch.mistake
def only_the_first_example(x, w, b):
    """You answer for the first example only: the result needs a row for each of the N examples.

    The shape says it: (1, 1) where (N, 1) is asked for. It comes from code of the single row that reads x[0], or from
    a return inside the loop, which ends the function after the first turn.
    """
    return x[:1] @ w + b


@affine_minibatch.mistake
def first_example_everywhere(x, w, b):
    """Every row of your result belongs to the first example: read row n of x for row n of the result.

    The example's rows should give 9 and 15; you get 9 and 9. The loop runs over the rows, but inside it the index 0
    has stayed where the row's number belongs.
    """
    y = np.zeros((x.shape[0], 1), dtype=np.float32)
    for n in range(x.shape[0]):
        y[n, 0] = np.sum(x[0] * w[:, 0]) + b[0]
    return y


@affine_minibatch.mistake
def lost_axis(x, w, b):
    """Your values are right, but the column axis is gone: shape (N, 1) is asked for, not (N,).

    Multiplying by the flat weights w[:, 0], summing over an axis, or squeeze() removes the axis of length 1. It is the
    axis of the outputs, and there is one output here. Without it, (N,) and (N, 1) meet in a later step, and NumPy
    broadcasts them to (N, N) without a warning.

    Keep the second axis, even though it holds one column.
    """
    return x @ w[:, 0] + b


@affine_minibatch.mistake
def transposed(x, w, b):
    """Your result lies on its side: shape (N, 1) is asked for, one row an example, and yours is (1, N).

    The values are right and stand in a row. In this course the first axis always counts the examples, in every input
    and in every result, so that results can be fed into the next layer as they are.
    """
    return (x @ w + b).T


@affine_minibatch.mistake
def three_features_hard_coded(x, w, b):
    """Your code reads a fixed number of features: take the number from the shape of x.

    A loop over three features is right for the exercise's example and wrong for every other width. With fewer
    features it raises an IndexError; with more it leaves the rest out, and the result is wrong without any error.

    The shape of x holds both numbers, N and F.
    """
    y = np.zeros((x.shape[0], 1), dtype=np.float32)
    for n in range(x.shape[0]):
        for f in range(3):
            y[n, 0] += x[n, f] * w[f, 0]
        y[n, 0] += b[0]
    return y


@affine_minibatch.mistake
def only_the_last_feature(x, w, b):
    """Only the last feature is in your rows: each product replaces the one before it, where it should be added.

    A loop that assigns the product (=) keeps the last one; it has to add the product to the sum so far (+=). With the
    row [0, -3, 1], w = [3, -1, 2] and b = 10 the last product is 2, and you get 12; the sum of all three products is
    5, and 15 is right. With a single feature the two agree.
    """
    return x[:, -1:] * w[-1:] + b


@affine_minibatch.mistake
def last_feature_left_out(x, w, b):
    """Your sum over the features ends one too early: the last feature is left out.

    range(F - 1) and a slice up to -1 stop before it. With the row [1, 2, -1], w = [3, -1, 2] and b = 10 the product
    -1 * 2 is missing: you get 11, where 9 is right.
    """
    return x[:, :-1] @ w[:-1] + b


@affine_minibatch.mistake
def first_weight_for_all(x, w, b):
    """You multiply every feature by the first weight: feature f has the weight w[f].

    With the row [1, 2, -1], w = [3, -1, 2] and b = 10 you get (1 + 2 - 1) * 3 + 10 = 16, where 3 - 2 - 2 + 10 = 9 is
    right. With a single feature the two agree.
    """
    return x.sum(axis=1, keepdims=True) * w[0] + b
