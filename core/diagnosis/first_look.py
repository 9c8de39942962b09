"""Looking at some of the pictures first, and at the rest only where these show anything.

A look is only ever left because it shows nothing, never because it shows enough. So what is found where all pictures
were looked at is found with the p-value that it would have had anyway, and no p-value gets smaller by looking twice.
"""

from __future__ import annotations

import numpy as np

from core.diagnosis.class_loss import Exchange, overall_p_value, p_values

SHARE, FEWEST = 1 / 3, 40  # of the pictures that are looked at first, as a share and in any case
NOTHING = 0.15  # p-value above which a first look shows nothing


def first_rows(units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Which pictures are looked at first, bool (n,): whole units, drawn at random.

    Args:
        units: int (n,), equal for pictures that share donors.
        rng: draws them.
    """
    names, sizes = np.unique(units, return_counts=True)
    order = rng.permutation(len(names))
    before = np.cumsum(sizes[order]) - sizes[order]
    return np.isin(units, names[order[before < max(FEWEST, SHARE * len(units))]])


def shows_nothing(exchange: Exchange, rng: np.random.Generator) -> bool:
    """Whether neither a class by itself nor all classes together show an effect that chance does not make often."""
    return min(float(p_values([exchange], rng)[0].min(initial=1.0)), overall_p_value(exchange, rng)) > NOTHING
