"""Foreground masks of a data set, computed once for all fixes and seeds that need them."""

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
    """Object masks, bool (N, H, W), cached by the data's key.

    Args:
        data: the images.
        masks: "own" for the data set's masks where it has them, "found" for GrabCut's.
    """
    own = (data.masks or {}).get("object")
    if own is not None and masks == "own":
        return own
    return _found(data)


@cached(LRUCache(KEPT), key=lambda data: data.key, lock=threading.Lock())
def _found(data: Dataset) -> np.ndarray:
    return grabcut_masks(data.images)


def masked_batch(data: Dataset, masks: Masks) -> ImageBatch:
    """The images with their object masks. Stickers and frames count as background: they are exchanged too.

    Args:
        data: the images.
        masks: "own" or "found", as for `object_masks`.
    """
    made = ImageBatch.of(data.images, data.labels, {"object": object_masks(data, masks)})
    return made


def add_variants(recipe: TrainingRecipe, copies: int, masks: Masks, change: Change, word: str) -> TrainingRecipe:
    """Training images in several changed versions each, validation images in one.

    Args:
        recipe: the previous recipe; if its images are already repeated, each copy is changed.
        copies: number of versions.
        masks: source of the object masks.
        change: (batch, rng) -> changed images (N, H, W, C) in 0..255.
        word: names the purpose, so that its random draws are its own.
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
            images[start : start + size] = once.to_dataset_scale(change(once, rng))
        return replace_images(data, images)

    return replace(recipe, splits=change_pictures(recipe, work, word))
