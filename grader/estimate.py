"""Estimates from repeated measurements: the ratio of two times with its interval, and how a time grows. Pure functions.

Everything rests on medians, which a slow round now and then does not move. See .github/decisions/clock.md for the
reasons, and for how often the intervals hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
RESAMPLES = 2000
FLOOR = 1e-7
"""Seconds: the least that is left of a time after the messages' cost is taken off, so that it has a logarithm."""
FARTHEST = 50.0
"""An interval's end is no farther from its middle than this logarithm, so that it is a number."""
SYSTEMATIC = 0.08
"""Two processes that run the same program differ by so much for good, in 19 of 20 pairs at most: by where code came to
lie, for one."""


@dataclass(frozen=True)
class Ratio:
    """A ratio, and the interval in which it lies in 19 of 20 measurements.

    sampling: the part of the interval that more rounds would make smaller, as a share of the ratio to either side.
    """

    ratio: float
    low: float
    high: float
    sampling: float


def median_interval(values: Sequence[float] | np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """The interval in which the median of the population lies, exact for any continuous distribution.

    Its ends are two of the values, chosen by the binomial distribution: the k-th smallest is above the median only
    where fewer than k of n fell below it (David and Nagaraja, Order Statistics, section 7.1). With fewer than six
    values even the smallest and the largest promise less than 95 %; then it is everything: (-inf, inf).
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    outside, k, term = 0.0, 0, 0.5**n if n < 1000 else 0.0
    if n >= 1000:  # 0.5**n would vanish: the normal approximation is good to the last rank by far
        k = math.floor(n / 2 - 1.96 * math.sqrt(n) / 2)
    else:
        while k < n / 2 and outside + term <= (1 - level) / 2:
            outside += term
            k += 1
            term *= (n - k + 1) / k
    if k == 0:
        return -math.inf, math.inf
    return float(ordered[k - 1]), float(ordered[n - k])


def ratio(
    times: Sequence[float],
    others: Sequence[float],
    echoes: Sequence[float],
    other_echoes: Sequence[float],
    rng: np.random.Generator,
) -> Ratio:
    """How many times longer `times` are than `others`, pair by pair, each less the median of its own echoes.

    All four have one value a round, in seconds. The interval covers two: the exact one for the median of the pairs,
    which holds for few rounds too; and a bootstrap over rounds, which also tells how sure the echoes are. To both is
    added what two processes differ by (`SYSTEMATIC`), which more rounds do not show, as independent errors add up: by
    their squares.
    """
    columns = [np.asarray(one, dtype=np.float64) for one in (times, others, echoes, other_echoes)]
    logs = _logs(*columns)
    low, high = median_interval(logs)
    drawn = rng.integers(len(logs), size=(RESAMPLES, len(logs)))
    resampled = np.median(_logs(*(one[drawn] for one in columns)), axis=1)
    tails = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    middle = float(np.median(logs))
    below, above = middle - min(low, float(tails[0])), max(high, float(tails[1])) - middle
    sampling = math.expm1(min((below + above) / 2, FARTHEST))
    below, above = (min(math.hypot(side, math.log1p(SYSTEMATIC)), FARTHEST) for side in (below, above))
    return Ratio(math.exp(middle), math.exp(middle - below), math.exp(middle + above), sampling)


def _logs(times: np.ndarray, others: np.ndarray, echoes: np.ndarray, other_echoes: np.ndarray) -> np.ndarray:
    """The logarithm of each pair's ratio; along the last axis run the rounds."""
    mine = np.maximum(times - np.median(echoes, axis=-1, keepdims=True), FLOOR)
    theirs = np.maximum(others - np.median(other_echoes, axis=-1, keepdims=True), FLOOR)
    logs: np.ndarray = np.log(mine / theirs)
    return logs


def net(times: Sequence[float], echoes: Sequence[float]) -> float:
    """The median time less the median echo, not below 0, in the unit of both."""
    return max(float(np.median(times)) - float(np.median(echoes)), 0.0)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """p in time ~ size**p: the slope of the least-squares line through the logarithms."""
    x, y = np.log(np.asarray(sizes, dtype=np.float64)), np.log(np.maximum(times, FLOOR))
    x = x - x.mean()
    spread = float(x @ x)
    return float(x @ y) / spread if spread else math.nan
