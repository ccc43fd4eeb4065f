import numpy as np


def softmax(logits):
    N, K = logits.shape
    p = np.zeros((N, K), dtype=np.float32)
    for n in range(N):
        largest = logits[n, 0]
        for k in range(1, K):
            if logits[n, k] > largest:
                largest = logits[n, k]
        total = np.float32(0)
        for k in range(K):
            p[n, k] = np.exp(logits[n, k] - largest)
            total += p[n, k]
        for k in range(K):
            p[n, k] = p[n, k] / total
    return p
