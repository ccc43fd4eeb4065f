from exercises.c3_layer.dense import dense
from exercises.c5_softmax.softmax import softmax


def softmax_layer(x, w, b):
    logits = dense(x, w, b)
    return softmax(logits)
