"""A look at what a hunch does, on a few pictures, before anything is tested."""

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
    """K pictures before and after, and their control.

    Args:
        indices: int (K,), places in the data set.
        pictures, changed, controls: (K, H, W, C) in the data set's own scale and number type.
        region: bool (K, H, W), where a region was changed; None where the whole picture was.
        lacking: why there are none, as a sentence, where there are none.
    """

    indices: np.ndarray
    pictures: np.ndarray
    changed: np.ndarray
    controls: np.ndarray
    region: np.ndarray | None
    lacking: str


def preview(data: Dataset, info: HunchInfo, settings: Settings, *, count: int = 5, seed: int = 0) -> Preview:
    """Change a few pictures, of every class in turn.

    Args:
        data: the pictures to choose from.
        info, settings: the hunch and its dials.
        count: how many at most, at least 1.
        seed: chooses the pictures and their changes.
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
        batch.given(arms.changed[shown]),
        batch.given(arms.control[shown]),
        None if arms.region is None else arms.region[shown],
        "" if len(shown) else arms.lacking,
    )


def _rows_by_turns(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Places of so many pictures, one of each class after another."""
    order = rng.permutation(len(labels))
    rank = np.empty(len(labels), int)
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = np.arange(len(members))
    return order[np.lexsort((labels[order], rank[order]))][:count]
