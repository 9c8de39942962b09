"""Is a paired difference real, and how large? An interval, a p-value, and a correction for multiple comparisons."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from core.intervals import estimate

EXACT = 12  # up to so many pictures all sign patterns are gone through
TIE = 1e-9


def sum_by_unit(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """One number per unit, with the mean of all values as their mean: a unit's sum divided by the mean unit size.

    Args:
        values: float (n,).
        units: int (n,).
    """
    _, place = np.unique(units, return_inverse=True)
    sums = np.bincount(place, values)
    return sums * (len(sums) / max(1, len(values)))


def bootstrap_interval(values: np.ndarray, confidence: float, resamples: int, seed: int) -> tuple[float, float]:
    """A bootstrap interval of the mean of differences of probabilities; -1 to 1 with fewer than two values.

    Args:
        values: float (n,) in -1..1.
        confidence: such as 0.95.
        resamples: number of draws.
        seed: seed of the draws.
    """
    if len(values) < 2:
        return -1.0, 1.0
    found = estimate(values, confidence=confidence, resamples=resamples, seed=seed)
    return max(-1.0, found.low), min(1.0, found.high)


def sign_flip_test(values: np.ndarray, resamples: int, rng: np.random.Generator) -> float:
    """The two-sided p-value of "the values are as likely to have the other sign" (Fisher 1935).

    The share of sign patterns whose mean is at least as far from zero; all patterns of few values, else a random
    sample that counts the pattern at hand as well, so that the p-value is never zero.

    `scipy.stats.permutation_test` gives the same p-values where all patterns are gone through. With a random sample it
    takes ten times as long, and doubles the smaller tail, which scatters more.

    Args:
        values: paired differences, float (n,).
        resamples: how many patterns are drawn.
        rng: source of the random draws.
    """
    count = len(values)
    if count <= EXACT:
        signs = np.where(np.arange(2**count)[:, None] >> np.arange(count) & 1, 1.0, -1.0)
        return float(_as_far(signs, values).mean())
    signs = rng.integers(0, 2, (resamples, count), dtype=np.int8).astype(np.float32) * 2 - 1
    return float((1 + _as_far(signs, values).sum()) / (1 + resamples))


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values corrected for their number (Holm 1979): the chance of even one false positive stays what it was.

    The k-th smallest of m is multiplied by m - k + 1, and never falls below a smaller one's. `multipletests` of
    statsmodels gives the same, and has Python collect its garbage each time, which takes up to half a second beside
    TensorFlow and holds up every other visitor.

    Args:
        p_values: float (m,), which may be empty.
    """
    known = np.asarray(p_values, float)
    order = np.argsort(known, kind="stable")
    corrected = np.empty_like(known)
    corrected[order] = np.minimum(np.maximum.accumulate(known[order] * np.arange(len(known), 0, -1)), 1.0)
    return corrected


def better_than_guessing(right: int, n: int, chance: float, confidence: float) -> bool:
    """Whether `right` of `n` is more than guessing gives (one-sided binomial test).

    Args:
        right: number of right predictions.
        n: number of predictions.
        chance: probability that a guess is right.
        confidence: such as 0.95.
    """
    if n == 0:
        return False
    return bool(binomtest(right, n, chance, alternative="greater").pvalue < 1 - confidence)


def _as_far(signs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Which patterns have a sum at least as far from zero as the values' own, rounding aside."""
    sums = np.abs(signs @ values.astype(signs.dtype))
    return sums >= abs(values.sum()) - TIE - 1e-6 * np.abs(values).sum()
