"""Convolution of a gray image: a small window slides over the image, and each position gives one weighted sum.

A dense layer would give every pixel of every position a weight of its own. A convolution uses the same few weights, the
kernel, everywhere, so an edge or a corner is found wherever it stands, and the number of weights does not grow with the
image. What deep learning calls a convolution is what mathematics calls a cross-correlation: the kernel is laid on the
image as it is, not flipped. Since the kernel is learned, nothing is lost by that.

Two loops choose the window's place, two more walk over the window. The sum is kept in double precision and rounded
once, when it is stored, so that it hardly depends on the order of its terms.
"""

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import sliding_window_view

from grader import exercise, uniform


@exercise(
    points=4,
    order=1,
    needs=["dense"],
    image=uniform("H W"),
    kernel=uniform("KH KW"),
    bias=uniform("1"),
    returns="H-KH+1 W-KW+1",
    reduces="KH KW",
    square="H W, KH KW",
    H=(3, 9),
    W=(3, 9),
    KH=(1, 4),
    KW=(1, 4),
)
@njit(cache=True)
def conv2d_gray(image, kernel, bias):
    """Slide a kernel over a gray image: stride 1, no padding.

    result[i, j] = bias[0] + sum over u and v of image[i + u, j + v] * kernel[u, v]

    H and W are the height and width of the image, KH and KW those of the kernel, u counts from 0 to KH - 1 and v from
    0 to KW - 1. The window stays inside the image, so the result has OH = H - KH + 1 rows and OW = W - KW + 1 columns.

    Arguments:
        image: float32 array of shape (H, W).
        kernel: float32 array of shape (KH, KW), no larger than the image; KH and KW may differ.
        bias: float32 array of shape (1,).

    Returns:
        float32 array of shape (OH, OW).

    This is a cross-correlation, as in every deep learning library: the kernel is not flipped.

    Example:
        >>> image = np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float32)
        >>> kernel = np.array([[1, 10]], dtype=np.float32)
        >>> conv2d_gray(image, kernel, np.array([0.5], dtype=np.float32))
        array([[21.5, 32.5],
               [54.5, 65.5]], dtype=float32)
    """
    H, W = image.shape
    KH, KW = kernel.shape
    OH, OW = H - KH + 1, W - KW + 1
    result = np.empty((OH, OW), dtype=kernel.dtype)
    for i in range(OH):
        for j in range(OW):
            total = 0.0
            for u in range(KH):
                for v in range(KW):
                    total += image[i + u, j + v] * kernel[u, v]
            result[i, j] = total + bias[0]
    return result


@conv2d_gray.fast
@njit(cache=True, fastmath={"contract"})  # a product and the sum it goes into may be one instruction
def along_the_rows(image, kernel, bias):
    """The innermost loop runs along a row of image and result: the compiler takes several pixels at a time."""
    H, W = image.shape
    KH, KW = kernel.shape
    OH, OW = H - KH + 1, W - KW + 1
    result = np.empty((OH, OW), dtype=kernel.dtype)
    for i in range(OH):
        for j in range(OW):
            result[i, j] = bias[0]
        for u in range(KH):
            for v in range(KW):
                for j in range(OW):
                    result[i, j] += image[i + u, j + v] * kernel[u, v]
    return result


@conv2d_gray.tensorflow
def keras(image, kernel, bias):
    import tensorflow as tf

    layer = tf.keras.layers.Conv2D(1, kernel.shape)
    layer.build((1, *image.shape, 1))
    layer.set_weights([kernel[:, :, np.newaxis, np.newaxis], bias])
    return layer(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0]


conv2d_gray.telling(image=[[1, 2, 0, -1], [3, -2, 1, 2], [0, 1, -3, 1]], kernel=[[1, 2, -1], [0, -1, 3]], bias=[1])
conv2d_gray.telling(image=[[1, 2, 3], [-4, 5, 6], [7, -8, 9], [2, 0, -1]], kernel=[[1, 0], [2, -1], [3, 1]], bias=[-2])
conv2d_gray.telling(image=[[1, -2, 3]], kernel=[[2, 5]], bias=[4])

conv2d_gray.family("oblong kernel", cases=1, KH=(1, 2), KW="KH+2")
conv2d_gray.family("kernel as large as the image", cases=2, H=(2, 4), W=(2, 4), KH="H", KW="W")
conv2d_gray.family("1 x 1 kernel", cases=1, KH=1, KW=1)
conv2d_gray.family("one row", cases=1, H=1, KH=1)
conv2d_gray.family("large", H=(12, 14), W=(12, 14), KH=(3, 5), KW=(3, 5))
conv2d_gray.benchmark(grow="H W", H=1080, W=1920, KH=3, KW=3)

conv2d_gray.hint("Lay the kernel on the image's top left corner, multiply cell by cell, add up: which result is this?")
conv2d_gray.hint("In how many places can a window of 3 rows stand in an image of 5 rows? Count them on paper.")
conv2d_gray.hint("Two loops choose the window's place, two inner ones walk over its cells. Where does the bias belong?")


def correlate(image, kernel):
    return np.einsum("ijuv,uv->ij", sliding_window_view(image, kernel.shape), kernel)


@conv2d_gray.mistake
def kernel_flipped(image, kernel, bias):
    """Your kernel is turned upside down and left to right: lay it on the image as it is.

    A convolution as mathematics defines it reads the kernel backwards, and functions such as scipy.signal.convolve do
    so. A convolution layer does not: it multiplies the window's first cell by the kernel's first cell.

    With the window [1, 2] and the kernel [1, 10] a layer computes 1 * 1 + 2 * 10 = 21. Flipped it is
    1 * 10 + 2 * 1 = 12. Symmetric kernels hide the difference. Let the image's index and the kernel's index grow
    together.
    """
    return correlate(image, kernel[::-1, ::-1]) + bias


@conv2d_gray.mistake
def bias_forgotten(image, kernel, bias):
    """Your result lacks the bias: add it once to every cell of the result.

    Every cell is off by the same number, the bias. If the weighted sum of a window is 21 and the bias is 0.5, the
    result there is 21.5, not 21. A bias of 0 hides this, so try your function with another one.
    """
    return correlate(image, kernel)


@conv2d_gray.mistake
def bias_for_each_cell(image, kernel, bias):
    """Your bias is added once for each cell of the kernel: it belongs once to each cell of the result.

    The bias stands inside the innermost loop, or inside the sum. A 2 x 3 kernel then adds it 6 times: with a sum of 21
    and a bias of 0.5 you get 24 where 21.5 is right. Add it after the sum over the window is complete.
    """
    return correlate(image, kernel) + bias * kernel.size


@conv2d_gray.mistake
def one_side_for_both(image, kernel, bias):
    """You use the kernel's height for both of its sides: its width KW has to be read and used too.

    A square kernel hides this. A kernel of 1 row and 2 columns on a row of three pixels gives two results; with the
    height in place of the width there are three, each made of one cell only. Where the kernel is higher than wide, the
    loop runs off the kernel's right end. Take both numbers from the kernel's shape, and use KH with H, KW with W.
    """
    H, W = image.shape
    KH = kernel.shape[0]
    result = np.zeros((H - KH + 1, W - KH + 1), dtype=np.float32)
    for i in range(H - KH + 1):
        for j in range(W - KH + 1):
            result[i, j] = bias[0]
            for u in range(KH):
                for v in range(KH):
                    result[i, j] += image[i + u, j + v] * kernel[u, v]
    return result


@conv2d_gray.mistake
def height_and_width_swapped(image, kernel, bias):
    """Your result is transposed: rows come first (OH), columns second (OW), as in the image.

    The values are right, but the cell for row i and column j stands at [j, i]. An image of shape (2, 3) and a kernel of
    shape (1, 2) give the shape (2, 2) either way, so that only the numbers tell: [[21.5, 54.5], [32.5, 65.5]] in place
    of [[21.5, 32.5], [54.5, 65.5]]. Let the first index count rows everywhere.
    """
    return (correlate(image, kernel) + bias).T


@conv2d_gray.mistake
def last_window_forgotten(image, kernel, bias):
    """Your result lacks its last row and column: H - KH + 1 windows fit below each other, not H - KH.

    A window of 2 cells on a row of 3 starts at cell 0 or at cell 1: two places, though 3 - 2 = 1. The first place
    counts as well, which is the + 1. Test with a kernel as large as the image: exactly one window fits.
    """
    return (correlate(image, kernel) + bias)[:-1, :-1]


@conv2d_gray.mistake
def average_of_the_window(image, kernel, bias):
    """Your result is the mean over the window where the sum is asked: leave out the division.

    The weights of the kernel decide how much each cell counts, so the products are added and not averaged. For the
    window [1, 2] and the kernel [1, 10] the sum is 21; its mean, 10.5, is too small by the number of cells.
    """
    return correlate(image, kernel) / kernel.size + bias


@conv2d_gray.mistake
def image_size_kept(image, kernel, bias):
    """Your result is as large as the image: no padding is asked here, so the window must stay inside the image.

    Zeros were laid around the image ("same" padding), and the windows at the border reach into them. On a row of three
    pixels with a kernel of two cells that gives three numbers, the last of them from one pixel and one zero. Only
    3 - 2 + 1 = 2 windows lie inside. Padding comes in a later chapter.
    """
    KH, KW = kernel.shape
    padded = np.pad(image, (((KH - 1) // 2, KH // 2), ((KW - 1) // 2, KW // 2)))
    return correlate(padded, kernel) + bias


@conv2d_gray.mistake
def only_the_last_cell(image, kernel, bias):
    """Only the last cell of each window is in your result: each product replaces the one before, it should be added.

    A loop over the window that assigns the product (=) keeps the last one; it has to add the product to the sum so far
    (+=). With the window [1, 2] and the kernel [1, 10] the products are 1 and 20: you get 20, where 21 is right. A
    1 x 1 kernel hides this.
    """
    KH, KW = kernel.shape
    return image[KH - 1 :, KW - 1 :] * kernel[-1, -1] + bias


@conv2d_gray.mistake
def kernel_upside_down(image, kernel, bias):
    """Your kernel is turned upside down: its first row belongs to the window's first row.

    With the window [[1], [2]] and the kernel [[1], [10]] the result is 1 * 1 + 2 * 10 = 21. Upside down it is
    1 * 10 + 2 * 1 = 12. Kernels of one row hide this. Let the image's row and the kernel's row grow together.
    """
    return correlate(image, kernel[::-1]) + bias


@conv2d_gray.mistake
def kernel_left_to_right(image, kernel, bias):
    """Your kernel is mirrored left to right: lay it on the image as it is.

    With the window [1, 2] and the kernel [1, 10] the sum is 1 * 1 + 2 * 10 = 21; mirrored it is 1 * 10 + 2 * 1 = 12.
    A kernel of one column hides it.
    """
    return correlate(image, kernel[:, ::-1]) + bias
