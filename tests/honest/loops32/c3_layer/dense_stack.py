from .sigmoid_layer_loops import sigmoid_layer_loops


def dense_stack(x, weights, biases):
    a = x
    for i in range(len(weights)):
        a = sigmoid_layer_loops(a, weights[i], biases[i])
    return a
