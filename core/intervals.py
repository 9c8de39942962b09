"""A number with its interval: means by bootstrap, shares by Wilson's formula."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TIE = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A mean over images, and how certain it is.

    Args:
        value: the mean.
        low: lower end of the interval; minus infinity if one image alone says nothing about the spread.
        high: upper end; infinity in the same case.
        chance: expected value if there were nothing to find; NaN if unknown.
        n: number of images behind the mean.
    """

    value: float
    low: float
    high: float
    chance: float = math.nan
    n: int = 0

    def above(self, level: float) -> bool:
        """Whether the whole interval lies above a level."""
        return self.low > level


def estimate(
    values: np.ndarray, *, chance: float = math.nan, confidence: float = 0.95, resamples: int = 1000, seed: int = 0
) -> Estimate:
    """The mean of values with a bootstrap interval (bias-corrected and accelerated; Efron 1987).

    Args:
        values: float (N,), one a picture; NaN for pictures that say nothing, which are left out.
        chance: what would be measured if there were nothing to find.
        confidence: such as 0.95.
        resamples: how many draws the interval is made from.
        seed: of these draws.

    Returns:
        the mean and its interval; NaN with an unbounded interval where no picture says anything.
    """
    kept = np.asarray(values, float)
    kept = kept[~np.isnan(kept)]
    if len(kept) == 0:
        return Estimate(math.nan, -math.inf, math.inf, chance, 0)
    mean = float(kept.mean())
    if len(kept) == 1:
        return Estimate(mean, -math.inf, math.inf, chance, 1)
    if np.ptp(kept) <= TIE * max(1.0, abs(mean)):
        return Estimate(mean, mean, mean, chance, len(kept))
    low, high = _bootstrap(kept, confidence, resamples, seed)
    return Estimate(mean, low, high, chance, len(kept))


def _bootstrap(values: np.ndarray, confidence: float, resamples: int, seed: int) -> tuple[float, float]:
    from scipy.stats import bootstrap

    rng = np.random.default_rng(seed)
    found = bootstrap(
        (values,), np.mean, confidence_level=confidence, n_resamples=resamples, method="BCa", rng=rng
    ).confidence_interval
    return float(found.low), float(found.high)


def wilson(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The confidence interval of a proportion (Wilson 1927); 0 to 1 if n is 0.

    Args:
        right: number of successes.
        n: number of trials.
        confidence: such as 0.95.
    """
    if n == 0:
        return 0.0, 1.0
    from scipy.stats import binomtest

    found = binomtest(int(right), int(n)).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)
