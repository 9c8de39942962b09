"""Two networks on the same pictures: what each gets right, and whether the difference is more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from core.errors import DataError
from core.intervals import Estimate, estimate

CERTAIN = 0.05


@dataclass(frozen=True, eq=False)
class PairedAnswers:
    """How the answers of two networks to the same labelled pictures differ.

    Args:
        n: number of pictures.
        first, second: how many each gets right.
        difference: share right of the second minus that of the first, with a bootstrap interval over the pictures.
        p_value: of "each is as likely to be the one that is right" (McNemar's test, exact: Edwards 1948), two-sided;
            1 where they never differ.
        gained: int, rows that only the second gets right, those of which it is surest first.
        lost: int, rows that only the first gets right, those of which the first is surest first.
    """

    n: int
    first: int
    second: int
    difference: Estimate
    p_value: float
    gained: np.ndarray
    lost: np.ndarray

    @property
    def certain(self) -> bool:
        """Whether the difference is more than chance would bring."""
        return self.p_value < CERTAIN


def compare_answers(first: np.ndarray, second: np.ndarray, labels: np.ndarray, *, seed: int = 0) -> PairedAnswers:
    """Compare the answers of two networks to the same pictures.

    Args:
        first: probabilities of one network, float (N, K).
        second: those of the other, with its classes in the same order, float (N, K).
        labels: true classes, int (N,).
        seed: of the bootstrap.

    Raises:
        DataError: for no pictures, or answers that do not belong together.
    """
    first, second, labels = np.asarray(first), np.asarray(second), np.asarray(labels)
    if first.shape != second.shape or first.ndim != 2 or len(first) != len(labels) or not len(labels):
        raise DataError(
            "Answers of two networks to the same pictures should be two arrays (N, K), with N labels",
            f"{first.shape}, {second.shape} and {labels.shape}",
            "Ask both networks about the same pictures.",
        )
    right, also = first.argmax(1) == labels, second.argmax(1) == labels
    gained, lost = np.flatnonzero(also & ~right), np.flatnonzero(right & ~also)
    differ = len(gained) + len(lost)
    return PairedAnswers(
        n=len(labels),
        first=int(right.sum()),
        second=int(also.sum()),
        difference=estimate(also.astype(float) - right, seed=seed),
        p_value=float(binomtest(len(gained), differ, 0.5).pvalue) if differ else 1.0,
        gained=_surest_first(second, gained),
        lost=_surest_first(first, lost),
    )


def _surest_first(answers: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return rows[np.argsort(-answers[rows].max(1), kind="stable")]
