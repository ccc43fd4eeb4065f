"""How large does the output of a convolution become? The same small sum for rows and for columns.

"valid" uses only windows that lie in the image altogether, so it never pads. "same" pads with zeros, just enough that
every stride-th cell of the image has a window; at stride 1 the output then has the image's size, hence the name. The
kernel's size has no say in the output size of "same", only in the number of zeros that are needed.

Both rules count the places where a window can start; they only differ in the last cell that may be one. The counting is
compiled, the choice of the rule is not: Numba can compare words, but takes seconds to compile it.
"""

from numba import njit

from grader import choice, dim, exercise


@njit(cache=True)
def count_starts(last, stride):
    count = 0
    for _ in range(0, last + 1, stride):
        count += 1
    return count


@exercise(
    points=2,
    order=2,
    needs=["conv2d_gray"],
    size=dim("H"),
    kernel_size=dim("K"),
    stride=dim("S"),
    padding=choice("valid", "same"),
    returns="",
    requires="H-K+1",
    reduces="",
    square="H K",
    H=(3, 30),
    K=(1, 7),
    S=(1, 4),
)
def conv_output_size(size, kernel_size, stride, padding):
    """Compute the size of a convolution's output along one side.

    padding "valid":  (size - kernel_size) / stride + 1, rounded down
    padding "same":   size / stride, rounded up

    size is the image's number of rows, and kernel_size the kernel's; for columns the rule is the same. "valid" counts
    the windows that lie in the image, when the first starts at cell 0 and each next one stride cells further. "same"
    pads the image with zeros so that one window belongs to cell 0, one to cell stride, one to cell 2 * stride, and so
    on as long as there are cells.

    Arguments:
        size: int, at least 1.
        kernel_size: int, at least 1; with "valid" no larger than size, with "same" it may be larger.
        stride: int, at least 1; it may be larger than the kernel.
        padding: str, "valid" or "same".

    Returns:
        int, the number of windows.

    Example:
        >>> conv_output_size(6, 3, 2, "valid")
        2
        >>> conv_output_size(5, 3, 2, "same")
        3
    """
    last = size - 1 if padding == "same" else size - kernel_size
    return count_starts(last, stride)


@conv_output_size.tensorflow
def keras(size, kernel_size, stride, padding):
    import numpy as np
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(1, kernel_size, strides=stride, padding=padding)
    return layer(np.zeros((1, size, size, 1), dtype=np.float32)).shape[1]


conv_output_size.telling(size=6, kernel_size=3, stride=2, padding="valid")
conv_output_size.telling(size=7, kernel_size=2, stride=3, padding="valid")
conv_output_size.telling(size=9, kernel_size=2, stride=3, padding="valid")
conv_output_size.telling(size=5, kernel_size=3, stride=2, padding="same")
conv_output_size.telling(size=4, kernel_size=4, stride=1, padding="same")
conv_output_size.telling(size=3, kernel_size=1, stride=5, padding="same")

conv_output_size.family("tiny", cases=1)
conv_output_size.family("valid", cases=2, padding=choice("valid"), S=(2, 4))
conv_output_size.family("valid, with a rest", cases=2, padding=choice("valid"), S=(2, 4), H="K+2*S-1")
conv_output_size.family("same", cases=2, padding=choice("same"), S=(2, 4))
conv_output_size.family("stride 1", cases=1, S=1, K=(2, 6))
conv_output_size.family("kernel larger than the image", cases=1, padding=choice("same"), K="H+2", requires="")
conv_output_size.family("stride larger than the kernel", cases=1, K=(1, 3), S="K+2")
conv_output_size.family("square", cases=1)
conv_output_size.family("typical", cases=3)
conv_output_size.family("large", H=(100, 300), K=(2, 11), S=(2, 7))
conv_output_size.benchmark(grow="H", H=224, K=7, S=2)  # no array, and so little work: what is measured is a call

conv_output_size.hint("Draw a row of 6 cells. Where can a window of 3 cells start, if it moves by 2?")
conv_output_size.hint('For "same", write down the cells 0, stride, 2 * stride, ... that exist in a row of 5 cells.')
conv_output_size.hint("Which of the two rules rounds down, and which rounds up?")


@conv_output_size.mistake
def plus_one_forgotten(size, kernel_size, stride, padding):
    """Your "valid" counts one window too few: the window that starts at cell 0 counts as well.

    (6 - 3) / 2 rounded down is 1: so often the window can move on. It stood somewhere before that, so there are 2
    places. If size and kernel_size are equal, the answer is 1.
    """
    return -(-size // stride) if padding == "same" else (size - kernel_size) // stride


@conv_output_size.mistake
def valid_rounded_up(size, kernel_size, stride, padding):
    """Your "valid" rounds up: a window that does not fit is dropped, so round down.

    Size 6, kernel 3, stride 2: windows start at cells 0 and 2. One at cell 4 would need cells 4, 5 and 6, but 5 is the
    last. (6 - 3) / 2 + 1 = 2.5 becomes 2. Where the division leaves no remainder, the difference does not show.
    """
    return -(-size // stride) if padding == "same" else -(-(size - kernel_size) // stride) + 1


@conv_output_size.mistake
def valid_rounded_to_nearest(size, kernel_size, stride, padding):
    """Your "valid" rounds to the nearest whole number: a window that does not fit is dropped, so round down.

    Size 7, kernel 2, stride 3: (7 - 2) / 3 = 1.67. Rounded to the nearest, that gives 3 windows, but the third would
    start at cell 6 and need cell 7, which does not exist. Small remainders hide this.
    """
    return -(-size // stride) if padding == "same" else round((size - kernel_size) / stride) + 1


@conv_output_size.mistake
def same_rounded_down(size, kernel_size, stride, padding):
    """Your "same" rounds down: a last, partial step still has a window, so round up.

    Size 5, stride 2: windows belong to cells 0, 2 and 4, so there are 3, while 5 / 2 rounded down is 2. A size that the
    stride divides hides this.
    """
    return size // stride if padding == "same" else (size - kernel_size) // stride + 1


@conv_output_size.mistake
def same_ignores_the_stride(size, kernel_size, stride, padding):
    """Your "same" always gives the image's size: that is so at stride 1 only, in general divide by the stride.

    The name is misleading. With a stride of 2 only every second cell of the image has a window: size 5 gives 3. "same"
    means that no window is dropped at the border, not that the size stays.
    """
    return size if padding == "same" else (size - kernel_size) // stride + 1


@conv_output_size.mistake
def same_pads_half_the_kernel(size, kernel_size, stride, padding):
    """Your "same" pads half a kernel on both sides: with an even kernel that is one zero too many.

    The rule (size + 2 * (kernel_size // 2) - kernel_size) / stride + 1 is right for odd kernels. Size 4, kernel 4,
    stride 1: it gives (4 + 4 - 4) / 1 + 1 = 5, but "same" gives 4. The output size of "same" does not depend on the
    kernel at all.
    """
    zeros = 2 * (kernel_size // 2) if padding == "same" else 0
    return (size + zeros - kernel_size) // stride + 1


@conv_output_size.mistake
def stride_ignored(size, kernel_size, stride, padding):
    """Your answer ignores the stride: a window that moves by stride cells has fewer places.

    Size 6 and kernel 3 give 4 windows at stride 1, but 2 at stride 2. With "same" it is likewise: 6 at stride 1, 3 at
    stride 2.
    """
    return size if padding == "same" else size - kernel_size + 1


@conv_output_size.mistake
def padding_ignored(size, kernel_size, stride, padding):
    """Your answer does not look at the padding: "same" has a rule of its own.

    Size 5, kernel 3, stride 2: "valid" gives 2, "same" gives 3, since zeros make room for one more window. With a
    1 x 1 kernel the two agree.
    """
    return (size - kernel_size) // stride + 1


@conv_output_size.mistake
def valid_and_same_swapped(size, kernel_size, stride, padding):
    """You have the two rules the wrong way round: "same" is the one that pads.

    "valid" uses only windows made of image cells, and so the kernel's size counts. "same" pads, and the answer is
    size / stride rounded up. Size 6, kernel 3, stride 1: "valid" gives 4, "same" gives 6.
    """
    return -(-size // stride) if padding == "valid" else (size - kernel_size) // stride + 1
