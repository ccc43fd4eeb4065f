"""Korean names, comments and text.

softmax  passed
sigmoid  passed
"""

import numpy as np


class 층:
    """소프트맥스 층."""

    이름 = "소프트맥스"


def 지수(값):
    # 행마다 최댓값을 뺀다.
    return np.exp(값 - 값.max(axis=1, keepdims=True))


def softmax(로짓):
    """각 행의 합은 1이다."""
    결과 = 지수(로짓)
    return 결과 / 결과.sum(axis=1, keepdims=True)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
