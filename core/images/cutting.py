"""Taking pictures apart into object and background, and putting the parts together again."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.images.image_batch import ImageBatch
from core.images.masks import soft
from core.settings import Settings, setting


class ObjectSettings(Settings):
    """Dials of every change that needs to know where the object is."""

    masks: Literal["own", "found"] = setting(
        "own",
        "Where the object is: the data set's own masks where it has them, or always found anew by GrabCut.",
        common=False,
    )


def with_masks(batch: ImageBatch, settings: ObjectSettings) -> ImageBatch:
    """The material with the masks that were asked for."""
    return batch if settings.masks == "own" else batch.found


def cover(batch: ImageBatch) -> np.ndarray:
    """How much of each pixel belongs to the object, or to a label or frame that is known: float32 (N, H, W, 1)."""
    return np.maximum(soft(batch.objects), batch.artefacts)[..., None].astype(np.float32)


def set_on(batch: ImageBatch, scenes: np.ndarray) -> np.ndarray:
    """Each picture's object, labels and frame as they are, on another scene."""
    share = cover(batch)
    return batch.pictures * share + scenes * (1 - share)


def with_artefacts(batch: ImageBatch, pictures: np.ndarray) -> np.ndarray:
    """Changed pictures with their known labels and frames put back."""
    return np.where(batch.artefacts[..., None], batch.pictures, pictures)
