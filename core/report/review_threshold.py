"""When a person should check: the confidence below which predictions are not good enough."""

from __future__ import annotations

import numpy as np

from core.report.accuracy import wilson_score
from core.report.facts import ReviewRule

FEWEST = 20
"""Answers without which a level of sureness is not judged."""
STEP = 0.01


def review_rule(
    validation: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    wanted: float,
    confidence: float,
) -> ReviewRule | None:
    """The lowest sureness from which on answers are right often enough, found on validation and measured on test.

    Args:
        validation: how sure each answer is, float (N,), and whether it is right, bool (N,).
        test: the same of the test pictures.
        wanted: the share of right answers that is good enough, 0..1.
        confidence: of the interval.

    Returns:
        None where there are too few validation pictures to find a level.
    """
    sure, right = validation
    if len(sure) < FEWEST:
        return None
    level = _level(sure, right, wanted)
    kept = test[0] >= level if level is not None else np.zeros(len(test[0]), bool)
    share = float(kept.mean()) if len(kept) else 0.0
    return ReviewRule(level, wilson_score("sure answers", test[1][kept], confidence), share, len(sure))


def _level(sure: np.ndarray, right: np.ndarray, wanted: float) -> float | None:
    """The lowest level, in whole percent, such that it and each higher one are good enough."""
    found = None
    for level in np.arange(0.99, -STEP / 2, -STEP):
        kept = sure >= level
        if kept.sum() < FEWEST:
            continue
        if right[kept].mean() < wanted:
            break
        found = max(float(level), 0.0)
    return found
