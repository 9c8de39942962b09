"""Exchange a sticker, a stamp or any other region between classes, or inpaint it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from core.errors import InputError
from core.images.image_batch import ImageBatch
from core.images.masks import dilate_masks
from core.images.stickers import find_stickers
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.cross_class_donors import donors_of_any_class
from core.repair.engines.foreground import add_variants
from core.repair.engines.region_edits import box_mask, cover_regions, exchange_region, exchange_stickers
from core.repair.engines.suspect_region import box_settings
from core.settings import Settings, setting

SIDE: dict[str, Any] = {"low": 0.0, "high": 1.0, "step": 0.01, "common": False}


class RegionRemovedSettings(Settings):
    """Which region, and what is done to it."""

    where: Literal["labels", "box"] = setting(
        "labels", "Printed stickers, detected by their appearance, or the box below."
    )
    left: float = setting(0.0, "Left edge of the box, as a fraction of the width.", **SIDE)
    top: float = setting(0.0, "Upper edge of the box, as a fraction of the height.", **SIDE)
    right: float = setting(0.3, "Right edge of the box, as a fraction of the width.", **SIDE)
    bottom: float = setting(0.3, "Lower edge of the box, as a fraction of the height.", **SIDE)
    how: Literal["exchange", "paint over"] = setting(
        "exchange",
        (
            "Take it from pictures of any class, so that it says nothing about the class, or inpaint it. "
            "Inpainting alone rarely helps: a network that uses the sticker still does when it meets one."
        ),
    )
    copies: int = setting(2, "Number of versions of each picture.", low=1, high=8, step=1, common=False)
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(False, "Start from new weights.", title="New weights", common=False)


def apply(recipe: TrainingRecipe, settings: RegionRemovedSettings) -> TrainingRecipe:
    """Exchange the region, or inpaint it."""
    _check(settings)
    if settings.how == "exchange":
        made = add_variants(
            recipe,
            settings.copies,
            "found",
            lambda batch, rng: swap_regions(batch, donors_of_any_class(batch.labels, rng), settings),
            "region_removed",
        )
    else:
        made = add_variants(recipe, 1, "found", lambda batch, _: paint_regions(batch, settings), "region_removed")
    return made.with_training(settings.effort, fresh=settings.weights)


def swap_regions(batch: ImageBatch, donors: np.ndarray, settings: RegionRemovedSettings) -> np.ndarray:
    """Take the region from the donors.

    Args:
        batch: the images.
        donors: int (N,), rows of the donors.
        settings: which region.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    if settings.where == "labels":
        return exchange_stickers(batch, donors)
    return exchange_region(batch, donors, _box(batch, settings))


def paint_regions(batch: ImageBatch, settings: RegionRemovedSettings) -> np.ndarray:
    """Inpaint the region.

    Args:
        batch: the images.
        settings: which region.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    if settings.where == "box":
        return cover_regions(batch, _box(batch, settings))
    return cover_regions(batch, dilate_masks(find_stickers(batch.pictures), 0.02))


def _box(batch: ImageBatch, settings: RegionRemovedSettings) -> np.ndarray:
    height, width = batch.pictures.shape[1:3]
    return box_mask((height, width), settings.left, settings.top, settings.right, settings.bottom)


def _check(settings: RegionRemovedSettings) -> None:
    if settings.where == "box" and not (settings.left < settings.right and settings.top < settings.bottom):
        raise InputError(
            "In the box, left should be less than right and top less than bottom",
            f"left {settings.left}, right {settings.right}, top {settings.top}, bottom {settings.bottom}",
        )


FIX = FixInfo(
    name="region_removed",
    title="Region exchanged or removed",
    plain="Takes a sticker or corner from pictures of any class, so that it says nothing about the class.",
    family="pictures",
    Settings=RegionRemovedSettings,
    flaws=("sticker",),
    apply=apply,
    settings_for=box_settings,
    effort=lambda settings: settings.effort,
    challenge=swap_regions,
    challenged="with that region of another class",
    order=20,
)
