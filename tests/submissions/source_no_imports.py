"""No import at all: plain lists and powers.

softmax  passed
sigmoid  passed
"""

E = 2.718281828459045


def softmax(logits):
    result = []
    for row in logits.tolist():
        e = [E ** (value - max(row)) for value in row]
        result.append([value / sum(e) for value in e])
    return result


def sigmoid(z):
    if z.ndim == 2:
        return [sigmoid(row) for row in z]
    result = []
    for value in z.tolist():
        result.append(1 / (1 + E**-value) if value > -300 else 0.0)
    return result
