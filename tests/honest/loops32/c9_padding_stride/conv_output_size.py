def conv_output_size(size, kernel_size, stride, padding):
    """Count the windows."""
    count = 0
    start = 0
    if padding == "valid":
        last = size - kernel_size  # the last cell that a window can start at
    else:
        last = size - 1
    while start <= last:
        count += 1
        start += stride
    return count
