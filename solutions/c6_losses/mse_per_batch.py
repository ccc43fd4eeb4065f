"""The loss of a linear layer, mini-batch after mini-batch.

Training goes through the data in portions. The order is kept here: examples 0 to batch_size - 1 are the first batch,
the next batch_size examples the second, and so on; what is left over at the end is a batch too, a shorter one.

The short last batch is where programs go wrong. Its loss is the mean over the examples that it has, not over
batch_size, and it is neither dropped nor filled up.
"""

import numpy as np
from numba import njit

from grader import dim, exercise, uniform


@exercise(
    points=3,
    order=3,
    needs=["mean_squared_error", "affine_minibatch"],
    x=uniform("N F"),
    y=uniform("N 1", -4, 4),
    w=uniform("F 1"),
    b=uniform("1"),
    batch_size=dim("B"),
    returns="(N+B-1)//B",
    reduces="F",
    square="N F",
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def mse_per_batch(x, y, w, b, batch_size):
    """Compute the mean squared error of the linear layer x w + b on each mini-batch, in order.

    y_hat[n] = (sum over f of x[n, f] w[f, 0]) + b[0]
    losses[i] = the mean of (y[n, 0] - y_hat[n])**2 over the examples n of batch i

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias. Batch i begins at example i * batch_size and holds batch_size examples, or those that are left.

    Arguments:
        x: float32 array of shape (N, F).
        y: float32 array of shape (N, 1).
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).
        batch_size: int, at least 1. It may be larger than N: everything is then one batch.

    Returns:
        float32 array of shape (ceil(N / batch_size),): one loss for each batch.

    Where batch_size does not divide N the last batch is shorter, and its loss is the mean over the examples it has.

    Example:
        >>> x = np.array([[1], [2], [3]], dtype=np.float32)
        >>> y = np.array([[1], [4], [0]], dtype=np.float32)
        >>> w = np.array([[1]], dtype=np.float32)
        >>> b = np.array([1], dtype=np.float32)
        >>> mse_per_batch(x, y, w, b, 2)
        array([ 1., 16.], dtype=float32)
    """
    N, F = x.shape
    batches = (N + batch_size - 1) // batch_size
    losses = np.empty(batches, dtype=x.dtype)
    for i in range(batches):
        start = i * batch_size
        stop = min(start + batch_size, N)
        squares = 0.0  # sums in double precision, so that long ones do not lose digits on their way
        for n in range(start, stop):
            y_hat = 0.0
            for f in range(F):
                y_hat += x[n, f] * w[f, 0]
            y_hat += b[0]
            squares += (y[n, 0] - y_hat) ** 2
        losses[i] = squares / (stop - start)
    return losses


@mse_per_batch.tensorflow
def keras(x, y, w, b, batch_size):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1)
    layer.build(x.shape)
    layer.set_weights([w, b])
    loss = tf.keras.losses.MeanSquaredError()
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    return [loss(targets, layer(examples)) for examples, targets in batches]


mse_per_batch.telling(x=[[1], [2], [3]], y=[[1], [4], [0]], w=[[1]], b=[1], batch_size=2)
mse_per_batch.telling(
    x=[[1, -1], [2, 1], [0, 3], [-1, 2], [3, -2]],
    y=[[2], [-1], [4], [1], [3]],
    w=[[2], [-1]],
    b=[-2],
    batch_size=3,
)
mse_per_batch.telling(x=[[1, 2], [-1, 1]], y=[[3], [-3]], w=[[1], [-2]], b=[2], batch_size=5)

mse_per_batch.family("tiny", N=3, F=2, B=2)
mse_per_batch.family("batch size 1", B=1, cases=1)
mse_per_batch.family("one batch", B="N+3")
mse_per_batch.family("full batches", N="3*B", B=(2, 4))
mse_per_batch.family("typical", N=(5, 9), B=(2, 4))
mse_per_batch.family("large", N=(20, 30), F=(6, 10), B=(6, 9))
mse_per_batch.benchmark(grow="N", N=10_000, F=784, B=1000)

mse_per_batch.hint(
    "Write down, for N = 5 and batch_size = 2, which examples are in which batch. How many batches are there?"
)
mse_per_batch.hint("The last batch may be short. By what is its sum divided?")
mse_per_batch.hint("A slice that runs past the end of an array ends with the array. Where does each batch start?")


def _squares(x, y, w, b):
    """The squared difference of each example, for the mistakes below."""
    return (y - (x @ w + b))[:, 0] ** 2


@mse_per_batch.mistake
def last_batch_dropped(x, y, w, b, batch_size):
    """You leave out the short last batch: the examples that are left over are a batch too.

    With N = 5 and batch_size = 2 there are three batches, of 2, 2 and 1 examples. N // batch_size is 2, which counts
    the full ones only. The number of batches is N / batch_size, rounded up.
    """
    squares = _squares(x, y, w, b)
    full = len(x) // batch_size
    return squares[: full * batch_size].reshape(full, batch_size).mean(axis=1)


@mse_per_batch.mistake
def last_batch_padded(x, y, w, b, batch_size):
    """You fill the last batch up with zeros, which then count as examples: take only those that are there.

    An example of zeros is predicted as b, and its target is 0: unless b is 0 it adds b squared to the loss, and it is
    counted in the mean as well. The last batch's loss is the mean over the examples that the data has.
    """
    missing = -len(x) % batch_size
    rows = ((0, missing), (0, 0))
    return _squares(np.pad(x, rows), np.pad(y, rows), w, b).reshape(-1, batch_size).mean(axis=1)


@mse_per_batch.mistake
def always_divided_by_batch_size(x, y, w, b, batch_size):
    """You divide each batch's sum by batch_size; the last batch may be shorter: divide by the examples it has.

    With a last batch of one example whose squared difference is 16, and batch_size = 2, the loss of that batch is 16,
    not 8. All other batches are right, which is why a test with full batches only does not show it.
    """
    starts = np.arange(0, len(x), batch_size)
    return np.add.reduceat(_squares(x, y, w, b), starts) / np.float32(batch_size)


@mse_per_batch.mistake
def sum_for_mean(x, y, w, b, batch_size):
    """You add up the squared differences of each batch: divide each sum by the examples of its batch.

    The sums of a full batch and of a short last one cannot be compared; their means can.
    """
    return np.add.reduceat(_squares(x, y, w, b), np.arange(0, len(x), batch_size))


@mse_per_batch.mistake
def mean_over_all(x, y, w, b, batch_size):
    """Your result is a single number, the mean over all examples: one loss for each batch is asked for.

    With x = [[1], [2], [3]] in batches of 2, w = 1, b = 1 and y = [1, 4, 0] the squared differences are 1, 1 and 16.
    The losses are [1, 16]; the mean over all is 6. The shape of the result is (ceil(N / batch_size),), also where that
    is (1,).
    """
    return np.mean(_squares(x, y, w, b))


@mse_per_batch.mistake
def the_first_batch_again(x, y, w, b, batch_size):
    """Every batch of yours is the first one: batch i begins at example i * batch_size.

    With N = 5 and batch_size = 2 the batches are the examples 0 and 1, then 2 and 3, then 4. Look for a start that
    does not move with the loop.
    """
    batches = (len(x) + batch_size - 1) // batch_size
    return np.repeat(_squares(x, y, w, b)[:batch_size].mean(), batches)


@mse_per_batch.mistake
def running_mean(x, y, w, b, batch_size):
    """Your losses run on from batch to batch: each is the mean over its own examples alone, so begin anew for each.

    Progress bars often show the mean since the start. Here the squared differences 1, 1 and 16 in batches of 2 have
    the losses [1, 16]; a running mean is [1, 6]. Look for a sum or a count that is set to 0 only once, before the loop
    over the batches.
    """
    ends = np.minimum(np.arange(batch_size, len(x) + batch_size, batch_size), len(x))
    return np.cumsum(_squares(x, y, w, b))[ends - 1] / ends


@mse_per_batch.mistake
def every_pair(x, y, w, b, batch_size):
    """You compare every target of a batch with every prediction of it: target n belongs to prediction n alone.

    An array of shape (B,) minus one of shape (B, 1) is a (B, B) table in NumPy, without any warning. With batches of
    one example it does no harm. Keep targets and predictions in the same shape before you subtract.
    """
    starts = range(0, len(x), batch_size)
    pairs = (y[:, 0], x @ w + b)
    return np.array([np.mean((pairs[0][i : i + batch_size] - pairs[1][i : i + batch_size]) ** 2) for i in starts])


@mse_per_batch.mistake
def no_bias(x, y, w, b, batch_size):
    """Your predictions leave out the bias: the linear layer is x w + b.

    With x = 3, w = 1 and b = 1 the prediction is 4, and for a target of 0 the squared difference 16. Without the bias
    it is 9.
    """
    squares = (y - x @ w)[:, 0] ** 2
    return np.array([squares[i : i + batch_size].mean() for i in range(0, len(x), batch_size)])
