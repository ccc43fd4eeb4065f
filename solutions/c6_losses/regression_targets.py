"""Targets for a regression: what a known straight line says of each example.

Before a model learns from data that nobody understands, it is worth watching it learn from data that one has made
oneself. Choose weights and a bias, draw examples, and compute each one's target from them: a good method must find
these very weights again.

The weights are a plain list of F numbers here, of shape (F,), and the targets one of N numbers, of shape (N,). The
shape matters as much as the values: a later loss that compares targets of shape (N,) with predictions of shape (N, 1)
is one of the commonest silent mistakes of the trade.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=2,
    order=1,
    needs=["affine_minibatch"],
    x=uniform("N F"),
    w=uniform("F"),
    b=uniform("1"),
    returns="N",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def regression_targets(x, w, b):
    """Compute the target of each example from known weights: x . w + b.

    y[n] = (sum over f of x[n, f] w[f]) + b[0]

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias, y the targets.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F,), without a second axis.
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (N,): one number for each row of x, without a second axis.

    Example:
        >>> x = np.array([[1, 1], [2, 0], [0, -3]], dtype=np.float32)
        >>> w = np.array([1, 2], dtype=np.float32)
        >>> b = np.array([10], dtype=np.float32)
        >>> regression_targets(x, w, b)
        array([13., 12.,  4.], dtype=float32)
    """
    N, F = x.shape
    y = np.empty(N, dtype=x.dtype)
    for n in range(N):
        total = 0.0  # in double precision, so that a long sum does not lose digits on its way
        for f in range(F):
            total += x[n, f] * w[f]
        y[n] = total + b[0]
    return y


@regression_targets.tensorflow
def tensorflow(x, w, b):
    import tensorflow as tf

    return tf.reduce_sum(x * w, axis=1) + b


regression_targets.telling(x=[[1, 1], [2, 0], [0, -3]], w=[1, 2], b=[10])
regression_targets.telling(x=[[1, -2], [3, 1]], w=[2, -1], b=[-3])
regression_targets.telling(x=[[-2, 1, 3]], w=[1, -1, 2], b=[1])

regression_targets.family("typical", cases=6)
regression_targets.benchmark(grow="N", N=10_000, F=784)

regression_targets.hint("Work out the target of a single row by hand. Which axis of x disappears in it?")
regression_targets.hint(
    "What is the shape of your result? (N,), (N, 1) and (1, N) hold the same numbers, and are not the same."
)
regression_targets.hint("The bias is added to each target once, after the sum over the features.")


@regression_targets.mistake
def no_bias(x, w, b):
    """Your targets are the weighted sums alone: the bias b is still to be added to each.

    With x = [[1, 1]], w = [1, 2] and b = 10 the weighted sum is 1 + 2 = 3, and the target is 13.
    """
    return x @ w


@regression_targets.mistake
def bias_with_every_feature(x, w, b):
    """You add the bias once for each feature: add it once, after the sum.

    With x = [[1, 1]], w = [1, 2] and b = 10 the sum is 3 and the target 13. If b is added to each product before they
    are summed, it counts F times: 1 + 10 + 2 + 10 = 23. With a single feature the two agree.
    """
    return (x * w + b).sum(axis=1)


@regression_targets.mistake
def as_a_column(x, w, b):
    """Your targets stand in a column, (N, 1): the shape asked for is (N,), without a second axis.

    The numbers can all be right, but later code counts on the shape. Subtracting a column of predictions from targets
    of shape (N,) gives an (N, N) table in NumPy, without any warning, and so it matters which of the two shapes a
    function promises.

    Look for a reshape, a keepdims, or weights that were given a second axis.
    """
    return x @ w[:, np.newaxis] + b


@regression_targets.mistake
def summed_over_the_examples(x, w, b):
    """You sum over the examples, and get one number a feature: sum over the features, for one number an example.

    x has a row for each example (axis 0) and a column for each feature (axis 1). The axis that is summed over is the
    one that disappears. With x = [[1, -2], [3, 1]], w = [2, -1] and b = -3 the targets are [1, 2]; summed down the
    columns it would be [5, -2].

    Where there are as many examples as features, the shape does not give it away.
    """
    return (x * w).sum(axis=0) + b


@regression_targets.mistake
def weights_left_out(x, w, b):
    """You add up the features without their weights: multiply each feature by its weight first.

    With x = [[1, 1]], w = [1, 2] and b = 10 the features add up to 2, the weighted features to 1 + 2 = 3.
    """
    return x.sum(axis=1) + b


@regression_targets.mistake
def mean_of_the_products(x, w, b):
    """You take the mean of the products over the features: they are added up, not averaged.

    With x = [[1, 1]], w = [1, 2] and b = 10 the products 1 and 2 add up to 3, and the target is 13; their mean 1.5
    would make it 11.5. A mean belongs to the losses, later in this chapter, and there it runs over the batch.
    """
    return (x * w).mean(axis=1) + b


@regression_targets.mistake
def only_the_first_example(x, w, b):
    """All your targets are that of the first example: compute each from its own row of x.

    With x = [[1, 1], [2, 0]], w = [1, 2] and b = 10 the targets are 13 and 12, not 13 and 13. Look for an index that
    stays at 0, or a sum that is computed before the loop over the examples.
    """
    return np.repeat(x[0] @ w + b, len(x))
