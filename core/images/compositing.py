"""Separating images into object and background, and combining the parts."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.images.image_batch import ImageBatch
from core.images.masks import feather_masks
from core.row_blocks import row_blocks
from core.settings import Settings, setting


class ObjectSettings(Settings):
    """Settings of every change that needs to know where the object is."""

    masks: Literal["own", "found"] = setting(
        "own",
        "Where the object is: from the data set's own masks where it has them, or always from GrabCut.",
        common=False,
    )


def choose_masks(batch: ImageBatch, settings: ObjectSettings) -> ImageBatch:
    """The batch with the masks that the settings ask for."""
    return batch if settings.masks == "own" else batch.with_grabcut_masks


def foreground_opacity(batch: ImageBatch) -> np.ndarray:
    """How much of each pixel belongs to the object, or to a known sticker or frame: float32 (N, H, W, 1) in 0..1."""
    return np.maximum(feather_masks(batch.objects), batch.artefacts)[..., None].astype(np.float32)


def paste_on(batch: ImageBatch, scenes: np.ndarray, chosen: np.ndarray | None = None) -> np.ndarray:
    """Put each image's object, stickers and frame on another scene.

    Args:
        batch: the images.
        scenes: float32 (M, H, W, C) in 0..255.
        chosen: int (N,), the scene of each image; None where there is one for each, in their order.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    share = foreground_opacity(batch)
    pasted = np.empty_like(batch.pictures)
    for rows in row_blocks(len(batch)):
        behind = scenes[rows if chosen is None else chosen[rows]]
        pasted[rows] = batch.pictures[rows] * share[rows] + behind * (1 - share[rows])
    return pasted


def restore_artefacts(batch: ImageBatch, images: np.ndarray) -> np.ndarray:
    """Put known stickers and frames back into changed images.

    Args:
        batch: the original images.
        images: float32 (N, H, W, C) in 0..255, changed.
    """
    return np.where(batch.artefacts[..., None], batch.pictures, images)
