"""Which image donates a part of itself to which, so that the part no longer reveals the class."""

from __future__ import annotations

import numpy as np


def donors_of_any_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each image, the row of a donor whose class is drawn uniformly, whatever the image's own class: int (N,).

    Classes are drawn rather than images, so that rare classes donate as often as common ones.

    Args:
        labels: int (N,).
        rng: source of the draws.
    """
    present = np.unique(labels)
    wanted = present[rng.integers(0, len(present), len(labels))]
    return _draw(labels, wanted, rng)


def donors_of_another_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each image, the row of a donor of another class, drawn uniformly over classes; its own if there is one class.

    Args:
        labels: int (N,).
        rng: source of the draws.

    Returns:
        int (N,).
    """
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
