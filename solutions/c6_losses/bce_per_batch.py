"""The binary cross-entropy of a sigmoid neuron, mini-batch after mini-batch.

Everything of the last chapters meets here: an affine transform, the sigmoid, the loss, and the batches, of which the
last may be short. The data comes as it does in practice, with the classes as a plain list of shape (N,), while the
neuron's predictions are a column of shape (N, 1).

The sigmoid is computed from exp(-|z|), which never overflows, and the probability is clipped before its logarithm is
taken: a neuron that is very sure says exactly 0 or 1 in floating point.
"""

import numpy as np
from numba import njit

from grader import dim, exercise, integers, uniform, values


def _logits(inputs):
    return inputs["x"].astype(np.float64) @ inputs["w"][:, 0] + inputs["b"][0]


def one_wrong(inputs, rng):
    """Let one example be of the class that the neuron thinks less likely.

    A loss near 0 is made of what float32 rounds away from 1 - p; no honest answer can have it exactly.
    """
    n = int(rng.integers(0, len(inputs["y"])))
    inputs["y"][n] = 0 if _logits(inputs)[n] > 0 else 1


def always_sure(inputs, rng):
    """Let no logit lie between -20 and 20, and one example at least be wrong.

    Between 8 and 17 float32 holds so few digits of 1 - p that honest answers part by more than any tolerance should
    allow; from 17 on the sigmoid is exactly 1.
    """
    for n in np.flatnonzero(np.abs(_logits(inputs)) < 20):
        inputs["x"][n] = np.sign(inputs["w"][:, 0]) * (4 * rng.integers(0, 2) - 2)
    one_wrong(inputs, rng)


# The weights are small, so that logits stay within some +-4: beyond, 1 - p loses digits in float32.
@exercise(
    points=4,
    order=6,
    needs=["binary_cross_entropy", "mse_per_batch", "logistic_regression"],
    x=uniform("N F"),
    y=integers("N", 0, 1),
    w=uniform("F 1", -1, 1, fan_in=True),
    b=uniform("1", -1, 1),
    batch_size=dim("B"),
    returns="(N+B-1)//B",
    reduces="F",
    square="N F",
    adjust=one_wrong,
)
# The compiler may add the products in any order, so that it can take several at a time.
@njit(cache=True, fastmath={"reassoc", "contract"})
def bce_per_batch(x, y, w, b, batch_size):
    """Compute the binary cross-entropy of the sigmoid neuron sigmoid(x w + b) on each mini-batch, in order.

    y_hat[n]  = sigmoid((sum over f of x[n, f] w[f, 0]) + b[0]),   sigmoid(z) = 1 / (1 + exp(-z))
    p[n]      = y_hat[n], clipped to the range from 1e-7 to 1 - 1e-7
    losses[i] = the mean of -(y[n] log(p[n]) + (1 - y[n]) log(1 - p[n])) over the examples n of batch i

    N is the number of examples, F the number of features; n and f count them. w holds a weight for each feature, b is
    the bias. Batch i begins at example i * batch_size and holds batch_size examples, or those that are left.

    Arguments:
        x: float32 array of shape (N, F).
        y: int32 array of shape (N,), each 0 or 1; without a second axis.
        w: float32 array of shape (F, 1).
        b: float32 array of shape (1,).
        batch_size: int, at least 1. It may be larger than N: everything is then one batch.

    Returns:
        float32 array of shape (ceil(N / batch_size),): one loss for each batch.

    Where batch_size does not divide N the last batch is shorter, and its loss is the mean over the examples it has. The
    neuron can be so sure that its prediction is exactly 0 or 1.

    Example:
        >>> x = np.array([[1], [2], [-1]], dtype=np.float32)
        >>> y = np.array([1, 0, 1], dtype=np.int32)
        >>> w = np.array([[1]], dtype=np.float32)
        >>> b = np.array([0], dtype=np.float32)
        >>> bce_per_batch(x, y, w, b, 2).round(4)
        array([1.2201, 1.3133], dtype=float32)
    """
    N, F = x.shape
    batches = (N + batch_size - 1) // batch_size
    losses = np.empty(batches, dtype=x.dtype)
    for i in range(batches):
        start = i * batch_size
        stop = min(start + batch_size, N)
        total = 0.0
        for n in range(start, stop):
            # 1. The logit of example n.
            z = 0.0
            for f in range(F):
                z += x[n, f] * w[f, 0]
            z += b[0]
            # 2. Its sigmoid, with an exponential that is at most 1, clipped.
            power = np.exp(-abs(z))
            p = 1 / (1 + power) if z >= 0 else power / (1 + power)
            p = min(max(p, 1e-7), 1 - 1e-7)
            # 3. The loss of the class that it has.
            if y[n] == 1:
                total -= np.log(p)
            else:
                total -= np.log(1 - p)
        losses[i] = total / (stop - start)
    return losses


@bce_per_batch.tensorflow
def keras(x, y, w, b, batch_size):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1, activation="sigmoid")
    layer.build(x.shape)
    layer.set_weights([w, b])
    loss = tf.keras.losses.BinaryCrossentropy()
    batches = tf.data.Dataset.from_tensor_slices((x, y[:, np.newaxis])).batch(batch_size)
    # As a NumPy array: a tensor straight from a sigmoid remembers its logits, and Keras would then use these unclipped.
    return [loss(classes, layer(examples).numpy()) for examples, classes in batches]


bce_per_batch.telling(x=[[1], [2], [-1]], y=[1, 0, 1], w=[[1]], b=[0], batch_size=2)
bce_per_batch.telling(
    x=[[1, -1], [2, 1], [0, 2], [-1, 1], [1, 0]],
    y=[1, 0, 1, 1, 0],
    w=[[1], [-1]],
    b=[1],
    batch_size=3,
)
bce_per_batch.telling(x=[[1, 2], [-1, 1]], y=[0, 1], w=[[1], [-1]], b=[-1], batch_size=5)

# Float32 rounds 1 - 1e-7 to 1 - 1.19e-7, which moves the clipped losses by 1 %: right answers differ by that much.
ROUNDED = (0.02, 1e-6)
bce_per_batch.family("tiny", N=3, F=2, B=2, x=uniform("N F", -1, 1))
bce_per_batch.family("batch size 1", B=1, cases=1)
bce_per_batch.family("one batch", B="N+3", cases=1)
bce_per_batch.family("full batches", N="3*B", B=(2, 4), cases=1)
bce_per_batch.family(
    "saturated",
    N=(4, 7),
    B=(2, 3),
    w=values("F 1", (-200, -50, 50, 200)),
    adjust=always_sure,
    tolerance=ROUNDED,
    cases=3,
)
bce_per_batch.family("typical", N=(5, 9), B=(2, 4))
bce_per_batch.family("large", N=(20, 30), F=(6, 10), B=(6, 9))
bce_per_batch.benchmark(grow="N", N=10_000, F=784, B=1000)

bce_per_batch.hint("You have written all parts before. What is the shape of what goes from one to the next?")
bce_per_batch.hint("y has the shape (N,), the predictions have (N, 1). What does NumPy make of the two together?")
bce_per_batch.hint("The last batch may be short. By what is its sum divided?")
bce_per_batch.hint(
    "For a logit of 100 the sigmoid is exactly 1 in floating point. What is then log(1 - p), and what must be done "
    "first?"
)


def _probabilities(x, w, b):
    """What the neuron predicts, clipped, of shape (N,), for the mistakes below."""
    z = (x.astype(np.float64) @ w + b)[:, 0]
    return np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)


def _losses(y, p):
    """The loss of each example."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _means(losses, batch_size):
    """The mean of each batch."""
    return np.array([losses[i : i + batch_size].mean() for i in range(0, len(losses), batch_size)])


@bce_per_batch.mistake
def every_pair(x, y, w, b, batch_size):
    """You compare every class of a batch with every prediction of it: class n belongs to prediction n alone.

    Classes of shape (B,) against predictions of shape (B, 1) are stretched to a (B, B) table in NumPy, without any
    warning. With y = [1, 0] and the predictions [0.9, 0.2] the mean over the four pairs is 1.0601, where 0.1643 is
    right. Batches of one example cannot show it.

    Bring both to the same shape before you multiply.
    """
    p = _probabilities(x, w, b)[:, np.newaxis]
    starts = range(0, len(x), batch_size)
    return np.array([_losses(y[i : i + batch_size], p[i : i + batch_size]).mean() for i in starts])


@bce_per_batch.mistake
def last_batch_dropped(x, y, w, b, batch_size):
    """You leave out the short last batch: the examples that are left over are a batch too.

    With N = 5 and batch_size = 2 there are three batches, of 2, 2 and 1 examples. N // batch_size is 2, which counts
    the full ones only. The number of batches is N / batch_size, rounded up.
    """
    full = len(x) // batch_size
    losses = _losses(y, _probabilities(x, w, b))
    return losses[: full * batch_size].reshape(full, batch_size).mean(axis=1)


@bce_per_batch.mistake
def last_batch_padded(x, y, w, b, batch_size):
    """You fill the last batch up with zeros, which then count as examples: take only those that are there.

    An example of zeros has the logit b and the class 0, and so a loss of its own, which enters the mean. The last
    batch's loss is the mean over the examples that the data has.
    """
    missing = -len(x) % batch_size
    x, y = np.pad(x, ((0, missing), (0, 0))), np.pad(y, (0, missing))
    return _means(_losses(y, _probabilities(x, w, b)), batch_size)


@bce_per_batch.mistake
def always_divided_by_batch_size(x, y, w, b, batch_size):
    """You divide each batch's sum by batch_size; the last batch may be shorter: divide by the examples it has.

    With a last batch of one example whose loss is 1.3133, and batch_size = 2, the loss of that batch is 1.3133, not
    half of it. All other batches are right, which is why a test with full batches only does not show it.
    """
    starts = np.arange(0, len(x), batch_size)
    return np.add.reduceat(_losses(y, _probabilities(x, w, b)), starts) / batch_size


@bce_per_batch.mistake
def sum_for_mean(x, y, w, b, batch_size):
    """You add up the losses of each batch: divide each sum by the examples of its batch.

    The sums of a full batch and of a short last one cannot be compared; their means can.
    """
    return np.add.reduceat(_losses(y, _probabilities(x, w, b)), np.arange(0, len(x), batch_size))


@bce_per_batch.mistake
def mean_over_all(x, y, w, b, batch_size):
    """Your result is a single number, the mean over all examples: one loss for each batch is asked for.

    The shape of the result is (ceil(N / batch_size),), also where that is (1,).
    """
    return np.mean(_losses(y, _probabilities(x, w, b)))


@bce_per_batch.mistake
def no_sigmoid(x, y, w, b, batch_size):
    """You put the logits x w + b into the loss: their sigmoid is the probability that it needs.

    Logits are not between 0 and 1, and the clip then makes most of them 1e-7 or 1 - 1e-7. With a logit of 2 and the
    class 0 the probability is 0.8808 and the loss 2.1269; the clipped logit would give 16.118.
    """
    p = np.clip((x.astype(np.float64) @ w + b)[:, 0], 1e-7, 1 - 1e-7)
    return _means(_losses(y, p), batch_size)


@bce_per_batch.mistake
def no_clip(x, y, w, b, batch_size):
    """log(0) gives infinity or NaN in your losses: clip the probabilities to [1e-7, 1 - 1e-7] first.

    In float32 the sigmoid is exactly 1 for logits from about 17 on, and log(1 - 1) is minus infinity. If the class is
    0 the loss is then infinite; if it is 1, 0 times minus infinity is NaN. With clipping the worst loss of an example
    is -log(1e-7) = 16.118.
    """
    p = 1 / (1 + np.exp(-(x @ w + b)[:, 0]))
    return _means(_losses(y, p), batch_size)


@bce_per_batch.mistake
def only_class_1(x, y, w, b, batch_size):
    """Examples of class 0 do not count in your losses: the term (1 - y) log(1 - y_hat) is missing.

    y log(y_hat) is 0 wherever y is 0. Without the second term a neuron that always says "class 1, for sure" would have
    no loss at all.
    """
    return _means(-y * np.log(_probabilities(x, w, b)), batch_size)


@bce_per_batch.mistake
def sign_lost(x, y, w, b, batch_size):
    """Your losses are negative: the minus sign is missing.

    The logarithm of a probability is never positive. The minus sign in front turns it into a loss, which is 0 at best
    and grows with the error.
    """
    return -_means(_losses(y, _probabilities(x, w, b)), batch_size)


@bce_per_batch.mistake
def no_bias(x, y, w, b, batch_size):
    """Your neuron leaves out the bias: its logit is x w + b.

    With x = [1, 2], w = [1, -1] and b = -1 the logit is -2, and the probability 0.1192. Without the bias it is -1, and
    0.2689.
    """
    return _means(_losses(y, _probabilities(x, w, np.zeros_like(b))), batch_size)


@bce_per_batch.mistake
def cut_to_whole_numbers(x, y, w, b, batch_size):
    """Your losses have lost their fractions: they are stored in an array of integers.

    An array keeps the dtype with which it was made, and what is stored in it is cut to fit, without a warning. An array
    that is made like y, or with y's dtype, holds integers: a loss of 1.3133 becomes 1, and one of 0.3133 becomes 0.
    Make the array of the losses with a float dtype.
    """
    return _means(_losses(y, _probabilities(x, w, b)), batch_size).astype(y.dtype)


@bce_per_batch.mistake
def running_mean(x, y, w, b, batch_size):
    """Your losses run on from batch to batch: each is the mean over its own examples alone, so begin anew for each.

    Progress bars often show the mean since the start. Look for a sum or a count that is set to 0 only once, before the
    loop over the batches.
    """
    ends = np.minimum(np.arange(batch_size, len(x) + batch_size, batch_size), len(x))
    return np.cumsum(_losses(y, _probabilities(x, w, b)))[ends - 1] / ends
