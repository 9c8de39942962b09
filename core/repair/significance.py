"""Is one network better than another beyond doubt? Intervals and tests that pair images and seeds.

Two kinds of luck can make a fix look good: the images it happened to be evaluated on, and the seeds it happened to be
trained with. Each has its own test, and the larger of the two p-values counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.intervals import TIE

RESAMPLES = 2000


@dataclass(frozen=True, eq=False)
class Draws:
    """Bootstrap samples of the evaluation set, drawn within groups, the same for every network.

    Args:
        groups: rows of each group that counts.
        weights: how often each of the group's rows is drawn, (B, n) per group.
        seed: seed for drawing seeds.
    """

    groups: tuple[np.ndarray, ...]
    weights: tuple[np.ndarray, ...]
    seed: int

    @staticmethod
    def of(groups: list[np.ndarray], seed: int = 0, resamples: int = RESAMPLES) -> Draws:
        """Draw the samples.

        Args:
            groups: rows of each group that counts.
            seed: seed of the draws.
            resamples: number of samples B.
        """
        rng = np.random.default_rng([seed, 3])
        weights = [
            rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), resamples).astype(np.float32)
            for rows in groups
        ]
        return Draws(tuple(groups), tuple(weights), seed)

    def worst(self, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Accuracy of the worst group of each seed, (S,), and in each bootstrap sample, (B, S).

        Args:
            right: bool (S, N).
        """
        now = np.stack([right[:, rows].mean(axis=1) for rows in self.groups]).min(axis=0)
        drawn = [
            weight @ right[:, rows].T.astype(np.float32) / len(rows)
            for rows, weight in zip(self.groups, self.weights, strict=True)
        ]
        return now, np.stack(drawn).min(axis=0)

    def mean(self, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Accuracy on all images of the groups, (S,), and in each bootstrap sample, (B, S)."""
        size = sum(len(rows) for rows in self.groups)
        now = sum(right[:, rows].sum(axis=1) for rows in self.groups) / size
        drawn = [
            weight @ right[:, rows].T.astype(np.float32) for rows, weight in zip(self.groups, self.weights, strict=True)
        ]
        return np.asarray(now), np.sum(drawn, axis=0) / size

    def over_seeds(self, samples: np.ndarray) -> np.ndarray:
        """Bootstrap samples (B, S) averaged over resampled seeds, (B,)."""
        seeds = samples.shape[1]
        chosen = np.random.default_rng([self.seed, 5]).integers(0, seeds, samples.shape)
        return np.take_along_axis(samples, chosen, axis=1).mean(axis=1)


def interval(samples: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """A percentile interval.

    Args:
        samples: bootstrap samples (B,).
        confidence: between 0 and 1.
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, (tail, 1 - tail))
    return float(low), float(high)


def p_of_gain(seeds: np.ndarray, samples: np.ndarray) -> float:
    """Two-sided probability that luck alone gives so large a gain.

    Args:
        seeds: the gain with each seed, (S,). With one seed, luck in training cannot be assessed, and only images count.
        samples: the gain in each bootstrap sample of the images, averaged over the seeds, (B,).
    """
    images = 2 * min(np.sum(samples <= 0), np.sum(samples >= 0)) + 1
    by_pictures = min(1.0, float(images) / (len(samples) + 1))
    return max(by_pictures, _p_of_seeds(seeds)) if len(seeds) > 1 else by_pictures


def _p_of_seeds(gains: np.ndarray) -> float:
    """Student's paired t-test, two-sided."""
    from scipy.stats import ttest_1samp

    if np.ptp(gains) <= TIE:
        return 1.0 if abs(gains[0]) <= TIE else 0.0
    return float(ttest_1samp(gains, 0.0).pvalue)
