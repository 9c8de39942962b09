"""The pictures of a data set taken apart, once for all fixes and seeds that need it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from cachetools import LRUCache, cached

from core.datasets.base import Dataset
from core.images.image_batch import ImageBatch
from core.images.masks import grabcut_masks
from core.repair.base import TrainingRecipe, change_pictures, repeat_training_pictures, replace_images

Masks = Literal["own", "found"]
Change = Callable[[ImageBatch, np.random.Generator], np.ndarray]
KEPT = 6  # data sets whose masks are kept


def object_masks(data: Dataset, masks: Masks) -> np.ndarray:
    """Where the object is in each picture, bool (N, H, W)."""
    own = (data.masks or {}).get("object")
    if own is not None and masks == "own":
        return own
    return _found(data)


@cached(LRUCache(KEPT), key=lambda data: data.key, lock=threading.Lock())
def _found(data: Dataset) -> np.ndarray:
    return grabcut_masks(data.images)


def masked_batch(data: Dataset, masks: Masks) -> ImageBatch:
    """The pictures with their object masks. Labels and frames count as background: they are to be exchanged too."""
    made = ImageBatch.of(data.images, data.labels, {"object": object_masks(data, masks)})
    return made


def add_variants(recipe: TrainingRecipe, copies: int, masks: Masks, change: Change, word: str) -> TrainingRecipe:
    """Training pictures in several changed versions each, validation pictures in one.

    Args:
        recipe: what was there before; where its pictures are there several times already, each is changed.
        copies: how many versions.
        masks: where the object is.
        change: gives the changed pictures of a material, (N, H, W, C) in 0..255.
        word: names the purpose, so that its draws are its own.
    """
    already = recipe.copies
    recipe = repeat_training_pictures(recipe, copies)

    def work(data: Dataset, rng: np.random.Generator) -> Dataset:
        times = max(1, recipe.copies // already) if data is recipe.splits.train else 1
        size = len(data) // times
        images = data.images.copy()
        once = masked_batch(data.take(slice(0, size)), masks) if size else None
        for start in range(0, size * times, max(1, size)):
            assert once is not None
            images[start : start + size] = once.given(change(once, rng))
        return replace_images(data, images)

    return replace(recipe, splits=change_pictures(recipe, work, word))
