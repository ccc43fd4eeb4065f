"""The affine transform of one number: y = x w + b.

Everything in this course is made of this line. The weight `w` says how strongly the input counts and in which
direction, the bias `b` says what comes out when the input is 0. A straight line has these two freedoms, and learning
means finding values for them.

The number is kept in an array of shape (1, 1), one example with one feature, although a plain float would do. Later
chapters let both axes grow, and what is written for (1, 1) then stays true.
"""

import numpy as np
from numba import njit

from grader import exercise, uniform


@exercise(
    points=1,
    order=1,
    x=uniform("1 1"),
    w=uniform("1 1"),
    b=uniform("1"),
    returns="1 1",
)
@njit(cache=True)
def affine_scalar(x, w, b):
    """Multiply one number by a weight and add a bias.

    y[0, 0] = x[0, 0] w[0, 0] + b[0]

    x is the input, w the weight, b the bias, y the result.

    Arguments:
        x: float32 array of shape (1, 1).
        w: float32 array of shape (1, 1).
        b: float32 array of shape (1,).

    Returns:
        float32 array of shape (1, 1). The result keeps both axes: it is an array, not a plain number.

    Example:
        >>> x = np.array([[3]], dtype=np.float32)
        >>> w = np.array([[-2]], dtype=np.float32)
        >>> b = np.array([4], dtype=np.float32)
        >>> affine_scalar(x, w, b)
        array([[-2.]], dtype=float32)
    """
    y = np.empty((1, 1), dtype=w.dtype)
    y[0, 0] = x[0, 0] * w[0, 0] + b[0]
    return y


@affine_scalar.tensorflow
def keras(x, w, b):
    import tensorflow as tf

    layer = tf.keras.layers.Dense(1)
    layer.build(x.shape)
    layer.set_weights([w, b])
    return layer(x)


affine_scalar.telling(x=[[3]], w=[[-2]], b=[4])
affine_scalar.telling(x=[[-2]], w=[[5]], b=[-1])
affine_scalar.telling(x=[[0]], w=[[7]], b=[3])

affine_scalar.family("tiny", cases=3)
affine_scalar.family("typical", cases=6)
affine_scalar.family("large numbers", x=uniform("1 1", -200, 200), w=uniform("1 1", -50, 50), b=uniform("1", -100, 100))
affine_scalar.benchmark(grow="")  # one number has no size: what is measured is a call

affine_scalar.hint("Take x = 3, w = -2 and b = 4, and work y out on paper first. In which order do you use the three?")
affine_scalar.hint("Each argument is an array, not a number. What stands inside x, and how do you reach it?")
affine_scalar.hint(
    "The result has the same two axes as x: one row, one column. NumPy's arithmetic on two arrays of shape (1, 1) "
    "gives an array of shape (1, 1) again."
)


@affine_scalar.mistake
def no_bias(x, w, b):
    """Your result is the product of x and w alone: the bias b is still to be added.

    Without a bias the line passes through the origin: for x = 0 nothing but 0 can come out, whatever the weight. With
    x = 3, w = -2 and b = 4 the product is -6, and the affine transform is -6 + 4 = -2.

    Look for the place where b enters your computation. It is added once, after the multiplication.
    """
    return x * w


@affine_scalar.mistake
def bias_twice(x, w, b):
    """The bias is in your result twice: it belongs there once.

    With x = 3, w = -2 and b = 4 you get -6 + 4 + 4 = 2, where -6 + 4 = -2 is right. The difference between the two is
    exactly b, which is how such a mistake shows itself.

    It often comes from starting a sum at b and adding b again at the end. Keep one of the two.
    """
    return x * w + b + b


@affine_scalar.mistake
def bias_before_the_product(x, w, b):
    """You add the bias to x before you multiply, so the weight multiplies the bias too: multiply first, then add.

    (x + b) w equals x w + b w. The bias then counts w times and is no longer what comes out at x = 0. With x = 3,
    w = -2 and b = 4 this gives 7 times -2 = -14, where 3 times -2, plus 4, is -2.

    Check the parentheses: multiplication binds more tightly than addition, so x w + b needs none.
    """
    return (x + b) * w


@affine_scalar.mistake
def weight_added(x, w, b):
    """You add x, w and b together: the weight multiplies the input.

    A weight says how much of the input goes through: twice as much input must move the result twice as far. A sum
    cannot do that. With x = 3, w = -2 and b = 4 the sum is 5, where 3 times -2, plus 4, is -2.

    Look at the operator between x and w.
    """
    return x + w + b


@affine_scalar.mistake
def bias_subtracted(x, w, b):
    """You subtract the bias: in x w + b it is added, with the sign that it has.

    With x = 3, w = -2 and b = 4 you get -6 - 4 = -10, where -6 + 4 = -2 is right. Some books write a neuron as
    "w x minus a threshold"; a bias is that threshold with its sign turned, so that it is always added.
    """
    return x * w - b


@affine_scalar.mistake
def cut_to_a_whole_number(x, w, b):
    """Your result has lost its fraction: somewhere it passes through a whole number.

    The result of x = 1.5, w = 1 and b = 0.25 is 1.75. Stored in an array of integers, or passed through int(), only
    1 is left of it, and NumPy does not warn: an array keeps the dtype with which it was made.

    Look for an array that is made from whole numbers, such as one that is written as [[0]]: NumPy gives it an integer
    dtype. Make it with a float dtype.
    """
    y = np.array([[0]])
    y[0, 0] = x[0, 0] * w[0, 0] + b[0]
    return y.astype(np.float32)


@affine_scalar.mistake
def a_bare_number(x, w, b):
    """Your result is right in value but has lost its axes: shape (1, 1) is asked for, one row and one column.

    x[0, 0] is a number without any axis, and a computation with such numbers gives a number again. The result here is
    an array with one row (the example) and one column (the output), as the next chapters will have many of both.

    Put the number back into an array with two axes, or do not take it out of its array in the first place.
    """
    return x[0, 0] * w[0, 0] + b[0]


@affine_scalar.mistake
def bias_added_to_the_weight(x, w, b):
    """You add the bias to the weight before you multiply, so x multiplies the bias too: multiply first, then add.

    x (w + b) equals x w + x b: the bias then grows with x and is no longer what comes out at x = 0. With x = 3, w = -2
    and b = 4 this gives 3 times 2 = 6, where 3 times -2, plus 4, is -2.

    Check the parentheses: multiplication binds more tightly than addition, so x w + b needs none.
    """
    return x * (w + b)
