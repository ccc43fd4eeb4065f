"""A sigmoid layer, by matrix product: y = sigmoid(x w + b).

The affine part mixes the features, the sigmoid bends each number of the result by itself. Without the bend, two layers
in a row would be one: (x w1 + b1) w2 + b2 is again an affine transform of x. With it, each layer can say something
that the layer before could not.

The page shows the layer as two passes, as one would write it with whole matrices: first all logits, then the sigmoid of
each. The loops of the first pass are those of a matrix product, with the neurons innermost, so that w and the logits
are read along their rows, as they lie in memory.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=3,
    order=2,
    needs=["dense", "sigmoid_neuron"],
    x=uniform("N F"),
    w=uniform("F U"),
    b=uniform("U"),
    returns="N U",
)
@njit(cache=True)
def sigmoid_layer(x, w, b):
    """Apply a layer of U sigmoid neurons to every row of a mini-batch, by matrix product.

    z = x w + b, that is z[n, u] = (sum over f of x[n, f] w[f, u]) + b[u]
    y[n, u] = 1 / (1 + exp(-z[n, u]))

    N is the number of examples, F the number of features, U the number of units (neurons); n, f and u count them. z
    holds the logits, y the outputs, which lie between 0 and 1.

    Arguments:
        x: float32 array of shape (N, F).
        w: float32 array of shape (F, U): column u holds the weights of neuron u.
        b: float32 array of shape (U,).

    Returns:
        float32 array of shape (N, U).

    In this exercise, let matrix operations do the work for the whole mini-batch at once. The next one asks for the
    same numbers, one example and one neuron at a time.

    Example:
        >>> x = np.array([[1, -1, 0], [0, -1, 2]], dtype=np.float32)
        >>> w = np.array([[1, 2], [2, 0], [-1, -1]], dtype=np.float32)
        >>> b = np.array([-1, 1], dtype=np.float32)
        >>> sigmoid_layer(x, w, b).round(4)
        array([[0.1192, 0.9526],
               [0.0067, 0.2689]], dtype=float32)
    """
    N, F = x.shape
    U = w.shape[1]
    # 1. The logits of all examples and neurons, in double precision, so that a long sum keeps its digits.
    z = np.zeros((N, U))
    for n in range(N):
        for f in range(F):
            for u in range(U):
                z[n, u] += x[n, f] * w[f, u]
    # 2. The bias and the sigmoid, in two forms: exp() is only ever taken of a number that is not positive.
    y = np.empty((N, U), dtype=w.dtype)
    for n in range(N):
        for u in range(U):
            logit = z[n, u] + b[u]
            if logit >= 0:
                y[n, u] = 1 / (1 + np.exp(-logit))
            else:
                power = np.exp(logit)
                y[n, u] = power / (1 + power)
    return y


@sigmoid_layer.fast
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


@sigmoid_layer.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(w.shape[1], activation="sigmoid")
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


sigmoid_layer.telling(x=[[1, -1, 0], [0, -1, 2]], w=[[1, 2], [2, 0], [-1, -1]], b=[-1, 1])
sigmoid_layer.telling(x=[[2, -1]], w=[[1, -2, 1], [1, 0, 2]], b=[1, 2, -1])
sigmoid_layer.telling(x=[[1, -2], [2, 1]], w=[[1, 2], [-1, 1]], b=[1, -2])
sigmoid_layer.benchmark(grow="N F U", N=256, F=784, U=256)

sigmoid_layer.hint("You have both halves already: the layer without an activation, and the sigmoid of a number.")
sigmoid_layer.hint("NumPy's exp() takes a whole array and answers with an array of the same shape.")
sigmoid_layer.hint("Work out one number on paper: y[0, 1] takes row 0 of x, column 1 of w, and b[1].")


@sigmoid_layer.mistake
def no_sigmoid(x, w, b):
    """Your result holds the logits: the sigmoid is still to be applied to each of them.

    The outputs of a sigmoid layer lie between 0 and 1. In the exercise's example the logits are [-2, 3] and [-5, -1];
    the outputs are [0.1192, 0.9526] and [0.0067, 0.2689].
    """
    return x @ w + b


@sigmoid_layer.mistake
def sigmoid_twice(x, w, b):
    """You apply the sigmoid twice: once is enough.

    The second sigmoid gets numbers between 0 and 1, and so gives numbers between 0.5 and 0.7311 only. The logits -2 and
    3 come out as 0.5298 and 0.7216, where 0.1192 and 0.9526 are right.
    """
    a = 1 / (1 + np.exp(-(x @ w + b)))
    return 1 / (1 + np.exp(-a))


@sigmoid_layer.mistake
def no_bias(x, w, b):
    """The bias is missing from your logits: add each neuron's bias before the sigmoid.

    In the exercise's example the products are [-1, 2] and [-4, -2]; with b = [-1, 1] the logits are [-2, 3] and
    [-5, -1], and their sigmoids are the outputs.
    """
    return 1 / (1 + np.exp(-(x @ w)))


@sigmoid_layer.mistake
def bias_after_the_sigmoid(x, w, b):
    """You add the bias to the sigmoid's result: it belongs to the logit, before the sigmoid.

    The outputs then leave the range from 0 to 1: the first row of the example becomes [-0.7311, 1.8808], where
    [0.1192, 0.9526] is right. In the formula the bias stands inside the exponential's argument, as a part of z.
    """
    return 1 / (1 + np.exp(-(x @ w))) + b


@sigmoid_layer.mistake
def bias_along_the_batch(x, w, b):
    """Your bias follows the rows: there is one bias a neuron, so it follows the columns.

    As a column of shape (U, 1) the bias is added to whole rows. That raises an error for most shapes and goes through
    in silence where N equals U. In the exercise's example the logits become [-2, 1] and [-3, -1], where [-2, 3] and
    [-5, -1] are right.
    """
    return 1 / (1 + np.exp(-(x @ w + b.reshape(-1, 1))))


@sigmoid_layer.mistake
def minus_sign_lost(x, w, b):
    """Your outputs fall where they should rise: they are those of minus the logit.

    1 / (1 + exp(z)) is sigmoid(-z), which is 1 - sigmoid(z). The logit 3 gives 0.0474 with it, where 0.9526 is right.
    """
    return 1 / (1 + np.exp(x @ w + b))


@sigmoid_layer.mistake
def only_the_product_negated(x, w, b):
    """In your exponential the minus sign reaches the product but not the bias: negate the whole logit.

    -x w + b is not -(x w + b): the bias keeps its sign and works against the product. In the exercise's example the
    logit -1 + (-1) = -2 becomes -1 - (-1) = 0, and its sigmoid 0.5, where 0.1192 is right.

    Compute the logits first, give them a name, and negate that.
    """
    return 1 / (1 + np.exp(-x @ w + b))


@sigmoid_layer.mistake
def weights_transposed(x, w, b):
    """You read the weights with rows and columns swapped: a column of w is a neuron, a row belongs to a feature.

    w[f, u] is the weight of feature f in neuron u. Taken as w[u, f], the shapes fit only where F equals U, and there
    the numbers are wrong. For x = [1, -2] and w = [[1, 2], [-1, 1]] the product is [3, 0]; with the weights transposed
    it is [-3, -3].
    """
    return 1 / (1 + np.exp(-(x @ w.T + b)))


@sigmoid_layer.mistake
def one_neuron_for_all(x, w, b):
    """All your neurons give the first one's output: column u of w and the bias b[u] belong to neuron u.

    With the index 0 left over from the single neuron, every column of the result repeats the first. In the exercise's
    example the first row becomes [0.1192, 0.1192], where [0.1192, 0.9526] is right.
    """
    z = np.zeros((x.shape[0], w.shape[1]), dtype=np.float32)
    z += x @ w[:, :1] + b[0]
    return 1 / (1 + np.exp(-z))


@sigmoid_layer.mistake
def relu_before_the_sigmoid(x, w, b):
    """A relu stands before your sigmoid, so no output is below one half: the sigmoid takes the logits as they are.

    relu turns every negative logit into 0, and sigmoid(0) is 0.5. The logits [-2, 3] come out as [0.5, 0.9526], where
    [0.1192, 0.9526] is right. A layer has one activation.
    """
    return 1 / (1 + np.exp(-np.maximum(x @ w + b, 0)))
