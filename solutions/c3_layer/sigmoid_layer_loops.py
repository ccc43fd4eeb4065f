"""A sigmoid layer, one example and one neuron at a time.

The same numbers as by matrix product, written out: for each example, for each neuron, walk along the features, add the
products up, add the bias, bend. Written like this, nothing is hidden. One sees that the neurons know nothing of each
other, nor the examples, and that N U F multiplications are what a layer costs.

Compiled, these loops are quick. In plain Python each of the multiplications goes through the interpreter, which costs
far more than the multiplication itself: that is why everybody writes the matrix product.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=3,
    order=3,
    needs=["sigmoid_layer"],
    x=uniform("N F"),
    w=uniform("F U"),
    b=uniform("U"),
    returns="N U",
    forbid=[
        *("matmul", "dot", "einsum", "@", "tensordot", "inner", "vdot", "multi_dot", "vecdot", "matvec", "vecmat"),
        *("matrix", "asmatrix", "mat", "bmat", "convolve", "correlate", "c_einsum", "kron"),
    ],
)
@njit(cache=True)
def sigmoid_layer_loops(x, w, b):
    """Apply a layer of U sigmoid neurons to a mini-batch, one example and one neuron at a time.

    z[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]
    y[n, u] = 1 / (1 + exp(-z[n, u]))

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U): column u holds the weights of neuron u.
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U).

    The rule of this exercise: no matrix products. The operator @, NumPy's matmul, dot, einsum, tensordot, inner, vdot,
    multi_dot, vecdot, matvec and vecmat, its matrix type, and convolve, correlate and kron may not be used, nor may
    getattr and its like with names that are made while the code runs.

    Example:
        >>> x = np.array([[2, 0], [-1, 1]], dtype=np.float32)
        >>> w = np.array([[1, -1, 0], [1, 2, -2]], dtype=np.float32)
        >>> b = np.array([-1, 0, 1], dtype=np.float32)
        >>> sigmoid_layer_loops(x, w, b).round(4)
        array([[0.7311, 0.1192, 0.7311],
               [0.2689, 0.9526, 0.2689]], dtype=float32)
    """
    N, F = x.shape
    U = w.shape[1]
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            z = 0.0 + b[u]  # in double precision, so that a long sum does not lose digits on its way
            for f in range(F):
                z += x[n, f] * w[f, u]
            # The same function in two forms: exp() is only ever taken of a number that is not positive.
            if z >= 0:
                y[n, u] = 1 / (1 + np.exp(-z))
            else:
                power = np.exp(z)
                y[n, u] = power / (1 + power)
    return y


@sigmoid_layer_loops.fast
# A product and the sum it goes into may be one instruction; no divisor is compared with 0.
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
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
    for n in range(N):  # 3. The sigmoid, where the sums lie.
        for u in range(U):
            power = np.exp(-abs(y[n, u]))
            y[n, u] = (1 if y[n, u] >= 0 else power) / (1 + power)
    return y


@sigmoid_layer_loops.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(w.shape[1], activation="sigmoid")
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


sigmoid_layer_loops.telling(x=[[2, 0], [-1, 1]], w=[[1, -1, 0], [1, 2, -2]], b=[-1, 0, 1])
sigmoid_layer_loops.telling(x=[[1, -1, 2]], w=[[1, 2], [-1, 1], [-2, 1]], b=[1, -1])
sigmoid_layer_loops.telling(x=[[1, -2], [2, 1]], w=[[1, 2], [-1, 1]], b=[2, -1])
sigmoid_layer_loops.benchmark(grow="N F U", N=256, F=784, U=256)

sigmoid_layer_loops.hint("Begin with one neuron and one example: a function of its own for it makes the rest short.")
sigmoid_layer_loops.hint("How many numbers has the result? How many loops does it take to visit each of them once?")
sigmoid_layer_loops.hint(
    "For each pair of an example and a neuron there is one more loop, along the features. What has to be done before "
    "it begins, in it, and after it?"
)


@sigmoid_layer_loops.mistake
def sum_never_reset(x, w, b):
    """Each of your sums still carries the one before it: begin the sum of every example and neuron anew.

    A running total that is set to 0 only once, before the loops or for each row, goes on growing from neuron to neuron.
    In the exercise's example the first row's logits are 1, -2 and 1; the totals that are not set back make them
    1, -1 and 0.

    The first number of each row is right, and so is a layer of one neuron. Look where the total is set to 0.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        z = 0.0
        for u in range(w.shape[1]):
            for f in range(x.shape[1]):
                z += x[n, f] * w[f, u]
            z += b[u]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def bias_with_every_feature(x, w, b):
    """You add the bias once for each feature: add it once, before or after the loop over the features.

    In the exercise's example, with two features, the first logit is 2 - 1 = 1. With the bias inside the innermost loop
    it is 2 - 1 - 1 = 0, and the output 0.5 in place of 0.7311. With a single feature the two agree.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            z = 0.0
            for f in range(x.shape[1]):
                z += x[n, f] * w[f, u] + b[u]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def one_neuron_for_all(x, w, b):
    """All your neurons give the first one's output: column u of w and the bias b[u] belong to neuron u.

    The loop runs over the neurons, but inside it the index 0 has stayed where the neuron's number belongs. In the
    exercise's example the first row becomes 0.7311 three times, where [0.7311, 0.1192, 0.7311] is right.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            z = np.sum(x[n] * w[:, 0]) + b[0]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def first_bias_for_all(x, w, b):
    """Every neuron gets the first one's bias: neuron u has the bias b[u].

    In the exercise's example the biases are -1, 0 and 1. With -1 for all three, the first row's logits are 1, -3 and
    -1, where 1, -2 and 1 are right. The index 0 is a remnant of the single neuron, which had one bias.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            z = np.sum(x[n] * w[:, u]) + b[0]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def first_example_everywhere(x, w, b):
    """Every row of your result belongs to the first example: read row n of x for row n of the result.

    The loop runs over the rows, but inside it x[0] has stayed where x[n] belongs. The result's rows are all alike.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            z = np.sum(x[0] * w[:, u]) + b[u]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def last_feature_left_out(x, w, b):
    """Your loop over the features ends one too early: the last feature is left out.

    range(F) counts from 0 to F - 1 and so visits all F features; range(F - 1) stops before the last. In the exercise's
    example the second row's first logit is -1 + 1 - 1 = -1, and without the last feature -1 - 1 = -2.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            z = b[u]
            for f in range(x.shape[1] - 1):
                z += x[n, f] * w[f, u]
            y[n, u] = 1 / (1 + np.exp(-z))
    return y


@sigmoid_layer_loops.mistake
def one_row_a_neuron(x, w, b):
    """Your result lies on its side: shape (N, U) is asked for, one row an example, and yours has a row for each neuron.

    It happens when the loop over the neurons is the outer one and a row is collected in each of its turns. Either
    order of the loops is fine, as long as the number of example n and neuron u ends up in row n and column u.
    """
    rows = []
    for u in range(w.shape[1]):
        row = []
        for n in range(x.shape[0]):
            z = np.sum(x[n] * w[:, u]) + b[u]
            row.append(1 / (1 + np.exp(-z)))
        rows.append(row)
    return np.array(rows, dtype=np.float32)


@sigmoid_layer_loops.mistake
def no_sigmoid(x, w, b):
    """Your result holds the logits: the sigmoid is still to be applied to each of them.

    The outputs of a sigmoid layer lie between 0 and 1. In the exercise's example the first row's logits are 1, -2 and
    1; the outputs are 0.7311, 0.1192 and 0.7311.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            y[n, u] = np.sum(x[n] * w[:, u]) + b[u]
    return y


@sigmoid_layer_loops.mistake
def sigmoid_of_every_product(x, w, b):
    """You apply the sigmoid inside the loop over the features: add up first, bend once at the end.

    The sigmoid of a sum is not the sum of the sigmoids. In the exercise's example the first neuron's products for the
    first example are 2 and 0, whose sigmoids add up to 0.8808 + 0.5 = 1.3808; the bias makes that 0.3808. The sigmoid
    of the finished logit, 2 + 0 - 1 = 1, is 0.7311.
    """
    y = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    for n in range(x.shape[0]):
        for u in range(w.shape[1]):
            for f in range(x.shape[1]):
                y[n, u] += 1 / (1 + np.exp(-x[n, f] * w[f, u]))
            y[n, u] += b[u]
    return y


@sigmoid_layer_loops.mistake
def only_the_last_feature(x, w, b):
    """Only the last feature is in your logits: each product replaces the one before it, where it should be added.

    A loop that assigns the product (=) keeps the last one; it has to add the product to the sum so far (+=). With the
    products 2 and -1 and the bias 0 the logit is 1, and the output 0.7311; the last product alone gives the logit -1,
    and 0.2689. With a single feature the two agree.
    """
    z = x[:, -1:] * w[-1:] + b
    return 1 / (1 + np.exp(-z))
