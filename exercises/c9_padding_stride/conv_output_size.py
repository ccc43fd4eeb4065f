"""How large does the output of a convolution become? The same small sum for rows and for columns."""

import numpy as np


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
    # TODO
    raise NotImplementedError
