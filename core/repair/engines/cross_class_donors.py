"""Which picture gives a part of itself to which, so that the part no longer tells the class."""

from __future__ import annotations

import numpy as np


def donors_of_any_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each picture the row of one whose class is drawn evenly, whatever the picture's own is: int (N,).

    Classes are drawn rather than pictures, so that what a rare class has is given as often as what a common one has.
    """
    present = np.unique(labels)
    wanted = present[rng.integers(0, len(present), len(labels))]
    return _draw(labels, wanted, rng)


def donors_of_another_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each picture the row of one of another class, classes drawn evenly; its own where there is but one class."""
    present = np.unique(labels)
    if len(present) < 2:
        return np.arange(len(labels))
    place = np.searchsorted(present, labels)
    step = rng.integers(1, len(present), len(labels))
    return _draw(labels, present[(place + step) % len(present)], rng)


def _draw(labels: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows = np.empty(len(labels), np.int64)
    for label in np.unique(wanted):
        takers = wanted == label
        rows[takers] = rng.choice(np.flatnonzero(labels == label), int(takers.sum()))
    return rows
