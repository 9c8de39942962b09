"""A preview of what a hunch does, on a few images, before anything is tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.datasets.base import Dataset
from core.hunches.base import HunchInfo
from core.images.image_batch import ImageBatch
from core.settings import Settings

POOL = 5  # pictures that changes may borrow from, for each one that is shown


@dataclass(frozen=True, eq=False)
class Preview:
    """K images before and after the change, and their controls.

    Args:
        indices: int (K,), positions in the data set.
        pictures, changed, controls: (K, H, W, C) in the data set's own scale and data type.
        region: bool (K, H, W), the region that was changed; None for the whole image.
        lacking: why there are none, as a sentence; empty otherwise.
    """

    indices: np.ndarray
    pictures: np.ndarray
    changed: np.ndarray
    controls: np.ndarray
    region: np.ndarray | None
    lacking: str


def preview(data: Dataset, info: HunchInfo, settings: Settings, *, count: int = 5, seed: int = 0) -> Preview:
    """Apply a change to a few images, taken from every class in turn.

    Args:
        data: the images to choose from.
        info: the hunch.
        settings: its settings.
        count: largest number of images, at least 1.
        seed: selects the images and their changes.
    """
    rows = _rows_by_turns(data.labels, count * POOL, np.random.default_rng(seed))
    part = data.take(rows)
    batch = ImageBatch.of(part.images, part.labels, part.masks)
    arms = info.change(batch, np.random.default_rng(seed), settings)
    able = np.arange(len(rows)) if arms.able is None else np.flatnonzero(arms.able)
    shown = able[:count]
    return Preview(
        rows[shown],
        part.images[shown],
        batch.to_dataset_scale(arms.changed[shown]),
        batch.to_dataset_scale(arms.control[shown]),
        None if arms.region is None else arms.region[shown],
        "" if len(shown) else arms.lacking,
    )


def _rows_by_turns(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of `count` images, one of each class in turn."""
    order = rng.permutation(len(labels))
    rank = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = np.arange(len(members))
    return order[np.lexsort((labels[order], rank[order]))][:count]
