"""Taking pictures apart into object and background, and putting the parts together again."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.images.image_batch import ImageBatch
from core.images.masks import feather_masks
from core.settings import Settings, setting


class ObjectSettings(Settings):
    """Dials of every change that needs to know where the object is."""

    masks: Literal["own", "found"] = setting(
        "own",
        "Where the object is: the data set's own masks where it has them, or always found anew by GrabCut.",
        common=False,
    )


def choose_masks(batch: ImageBatch, settings: ObjectSettings) -> ImageBatch:
    """The material with the masks that were asked for."""
    return batch if settings.masks == "own" else batch.found


def foreground_opacity(batch: ImageBatch) -> np.ndarray:
    """How much of each pixel belongs to the object, or to a label or frame that is known: float32 (N, H, W, 1)."""
    return np.maximum(feather_masks(batch.objects), batch.artefacts)[..., None].astype(np.float32)


def paste_on(batch: ImageBatch, scenes: np.ndarray) -> np.ndarray:
    """Each picture's object, labels and frame as they are, on another scene."""
    share = foreground_opacity(batch)
    return batch.pictures * share + scenes * (1 - share)


def restore_artefacts(batch: ImageBatch, images: np.ndarray) -> np.ndarray:
    """Changed pictures with their known labels and frames put back."""
    return np.where(batch.artefacts[..., None], batch.pictures, images)
