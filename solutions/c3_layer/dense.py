"""A dense layer without an activation: y = x w + b, for a mini-batch and for several neurons at once.

Each column of w is one neuron: its weights for all F features. Each row of x is one example. The result has a number
for every pair of the two, y[n, u], and in each of them every feature takes part; hence "dense", or fully connected.

It is a matrix product and a bias, and most of the arithmetic of classical networks is spent in it. The three loops can
be nested in any order. This page takes the order of the formula, an example and a neuron at a time, which keeps the
sum in one variable; a library cuts the matrices into blocks that fit the processor's cache.
"""

import numpy as np
from numba import njit

from grader import exercise, integers, uniform


@exercise(
    points=3,
    order=1,
    needs=["affine_minibatch"],
    x=uniform("N F"),
    w=uniform("F U"),
    b=uniform("U"),
    returns="N U",
)
@njit(cache=True)
def dense(x, w, b):
    """Apply a layer of U affine neurons to every row of a mini-batch.

    y[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them.
    Column u of w holds the weights of neuron u, and b[u] is its bias.

    Arguments:
        x: float32 array of shape (N, F). It may also hold whole numbers, as an int32 array of the same shape.
        w: float32 array of shape (F, U).
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U): also where x holds whole numbers, the result has fractions.

    N, F and U differ from call to call, and each may be 1. The result always has two axes.

    Example:
        >>> x = np.array([[1, 2, -1], [0, -3, 1]], dtype=np.float32)
        >>> w = np.array([[3, 1], [-1, 2], [2, -2]], dtype=np.float32)
        >>> b = np.array([10, -10], dtype=np.float32)
        >>> dense(x, w, b)
        array([[  9.,  -3.],
               [ 15., -18.]], dtype=float32)
    """
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)  # of the weights' dtype: x may hold whole numbers
    for n in range(N):
        for u in range(U):
            total = 0.0  # in double precision, so that a long sum does not lose digits on its way
            for f in range(F):
                total += x[n, f] * w[f, u]
            y[n, u] = total + b[u]
    return y


@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def four_features_at_a_time(x, w, b):
    """Four features at a time: a number of the result is fetched and stored once for four products."""
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            y[n, u] = b[u]
    first = F % 4
    for f in range(first):  # 1. So many features that the number of the others divides by four.
        for n in range(N):
            for u in range(U):
                y[n, u] += x[n, f] * w[f, u]
    for f in range(first, F, 4):  # 2. The others. Four rows of w stay near the processor while all examples use them.
        w0, w1, w2, w3 = w[f], w[f + 1], w[f + 2], w[f + 3]
        for n in range(N):
            x0, x1, x2, x3 = x[n, f], x[n, f + 1], x[n, f + 2], x[n, f + 3]
            for u in range(U):  # along rows, where numbers lie side by side: the compiler takes several at a time
                y[n, u] += x0 * w0[u] + x1 * w1[u] + x2 * w2[u] + x3 * w3[u]
    return y


@dense.fast
def fast_dense(x, w, b):
    return four_features_at_a_time(x.astype(w.dtype, copy=False), w, b)  # x may hold whole numbers


@dense.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(w.shape[1])
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x.astype(np.float32))


dense.telling(x=[[1, 2, -1], [0, -3, 1]], w=[[3, 1], [-1, 2], [2, -2]], b=[10, -10])
dense.telling(x=[[2, -1]], w=[[1, -2, 3], [4, 0, -1]], b=[1, 2, -3])
dense.telling(x=[[1, -2], [3, 1]], w=[[1, 2], [-1, 3]], b=[5, -5])

dense.family("whole-number x", x=integers("N F", -9, 9))
dense.benchmark(grow="N F U", N=256, F=784, U=256)

dense.hint("One neuron for all rows is what you had in the chapter before. What does a second neuron need of its own?")
dense.hint(
    "Write the shapes below the formula: (N, F), (F, U) and (U,) make (N, U). Which axis is summed over? Which axis of "
    "the result does the bias follow?"
)
dense.hint("Work out one number of the result on paper: y[0, 1] takes row 0 of x, column 1 of w, and b[1].")
dense.hint(
    "If your answer fails where x holds whole numbers only: an array keeps the dtype with which it was made. Which "
    "dtype does the array of your results have?"
)


@dense.mistake
def no_bias(x, w, b):
    """Your result is the matrix product alone: each neuron's bias is still to be added.

    In the exercise's example the products are [-1, 7] and [5, -8]. The bias [10, -10] makes them [9, -3] and
    [15, -18]: b[0] goes to the whole first column, b[1] to the whole second one.
    """
    return x @ w


@dense.mistake
def bias_twice(x, w, b):
    """The bias is in your result twice: it belongs there once.

    In the exercise's example the first row is [-1, 7] before the bias [10, -10], and [9, -3] with it. You get
    [19, -13].

    It often comes from starting each sum at the bias and adding the bias again at the end. Keep one of the two.
    """
    return x @ w + b + b


@dense.mistake
def bias_with_every_feature(x, w, b):
    """You add the bias once for each feature: add it once for each neuron, after the sum.

    If b[u] stands inside the innermost loop, it is added F times. With three features, -1 + 30 = 29 comes out in the
    exercise's example where -1 + 10 = 9 is right. With a single feature the two agree.

    Move the bias out of the loop over the features.
    """
    return x @ w + x.shape[1] * b


@dense.mistake
def bias_along_the_batch(x, w, b):
    """Your bias follows the rows: there is one bias a neuron, so it follows the columns.

    As a column of shape (U, 1) the bias is added to whole rows: b[0] to the first example, b[1] to the second. That
    raises an error for most shapes and goes through in silence where the batch has as many rows as the layer has
    neurons. In the exercise's example you get [9, 17] and [-5, -18], where [9, -3] and [15, -18] are right.

    b has the shape (U,), and next to an array of shape (N, U) NumPy lines it up with the last axis by itself.
    """
    return x @ w + b.reshape(-1, 1)


@dense.mistake
def first_bias_for_all(x, w, b):
    """Every neuron gets the first one's bias: neuron u has the bias b[u].

    With the bias [10, -10] the first row of the example is [9, -3]. With b[0] for both neurons it is [9, 17].
    The index 0 is a remnant of the single neuron, which had one bias.
    """
    return x @ w + b[0]


@dense.mistake
def weights_transposed(x, w, b):
    """You read the weights with rows and columns swapped: a column of w is a neuron, a row belongs to a feature.

    w[f, u] is the weight of feature f in neuron u. Taken as w[u, f], the shapes fit only where F equals U, and there
    the numbers are wrong. For x = [1, -2] and w = [[1, 2], [-1, 3]] the product is [3, -4]; with the weights
    transposed it is [-3, -7].
    """
    return x @ w.T + b


@dense.mistake
def transposed(x, w, b):
    """Your result lies on its side: shape (N, U) is asked for, one row an example, and yours is (U, N).

    The values are right, but a row of yours belongs to a neuron. Where N equals U the shape cannot tell, and only
    the values do.

    The first axis counts the examples, in the input as in the result. Then the result can be the next layer's input.
    """
    return (x @ w + b).T


@dense.mistake
def fractions_cut_off(x, w, b):
    """Where x holds whole numbers, your result has lost its fractions: the array of results has an integer dtype.

    An array that is made like x, with its dtype, is an array of integers when x is one. What is stored in it is cut to
    a whole number, without a warning: with x = [[1]], w = [[0.75]] and b = [1] you get 1 in place of 1.75. With a float
    x nothing can be seen.

    Give the array of results a float dtype, whatever x has.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=x.dtype)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            y[n, u] = np.sum(x[n] * w[:, u]) + b[u]
    return y.astype(np.float32)


@dense.mistake
def only_the_first_example(x, w, b):
    """You answer for the first example only: the result needs a row for each of the N examples.

    The shape says it: (1, U) where (N, U) is asked for. It comes from reading x[0], or from a return inside the outer
    loop, which ends the function after the first turn.
    """
    return x[:1] @ w + b


@dense.mistake
def axes_of_one_squeezed(x, w, b):
    """Your result loses an axis whenever N or U is 1: shape (N, U) is asked for, always with two axes.

    squeeze() removes every axis of length 1. For most shapes it does nothing, and for a batch of one, or a layer of one
    neuron, the result has the shape (U,) or (N,). The next layer then fails, or broadcasts to something else.
    """
    return np.squeeze(x @ w + b)


@dense.mistake
def only_the_last_feature(x, w, b):
    """Only the last feature is in your result: each product replaces the one before it, where it should be added.

    A loop that assigns the product (=) keeps the last one; it has to add the product to the sum so far (+=). With the
    row [1, 2, -1], a neuron's weights [3, -1, 2] and its bias 10 the last product is -2, and you get 8; the sum of all
    three products is -1, and 9 is right. With a single feature the two agree.
    """
    return x[:, -1:] @ w[-1:] + b


@dense.mistake
def last_feature_left_out(x, w, b):
    """Your sum over the features ends one too early: the last feature is left out.

    range(F - 1) and a slice up to -1 stop before the last one. With the row [1, 2, -1], a neuron's weights [3, -1, 2]
    and its bias 10 the first two products are 3 and -2, and you get 11; the third is -2, and 9 is right.
    """
    return x[:, :-1] @ w[:-1] + b
