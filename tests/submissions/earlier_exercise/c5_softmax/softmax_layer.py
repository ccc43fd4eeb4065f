"""A later exercise that imports the earlier one's module, where it uses it.

softmax_layer  passed
"""


def softmax_layer(x, w, b):
    from exercises.c5_softmax import softmax as module

    return module.softmax(x @ w + b)
