"""Cover the border of the images."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import move_regions
from core.images.colours import fill_colours
from core.images.image_batch import BEHIND, FRAME, OBJECT, ImageBatch
from core.images.masks import inpaint
from core.settings import Settings, setting


class BorderCoveredSettings(Settings):
    """Settings of the covered border."""

    width: float = setting(
        0.085, "Width of the border, as a fraction of the shorter side.", low=0.01, high=0.4, step=0.005
    )
    by: Literal["its surroundings", "one colour"] = setting(
        "its surroundings",
        "What covers it: colours from the inside, extended to the edge, or the picture's mean colour.",
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BorderCoveredSettings) -> Treatment:
    """Cover the border; the control covers a cross of equal area, the border shifted on a torus."""
    shape = batch.pictures.shape[:3]
    region = border(shape[1:], settings.width) & ~_sticker_pixels(batch)
    return Treatment(
        _cover_region(batch.pictures, region, settings),
        _cover_region(batch.pictures, move_regions(region, rng), settings),
        region=region,
    )


def _sticker_pixels(batch: ImageBatch) -> np.ndarray:
    """Known stickers, which are not part of the border, bool (N, H, W)."""
    known = [mask for name, mask in batch.masks.items() if name not in (OBJECT, BEHIND, FRAME)]
    return np.any(known, axis=0) if known else np.zeros(batch.pictures.shape[:3], bool)


def border(shape: tuple[int, ...], width: float) -> np.ndarray:
    """Where the border is, bool (H, W): at least one pixel wide, leaving at least one pixel inside where there is
    one.
    """
    height, length = shape
    pixels = border_pixels(shape, width)
    region = np.ones((height, length), bool)
    region[pixels : height - pixels, pixels : length - pixels] = False
    return region


def border_pixels(shape: tuple[int, ...], width: float) -> int:
    """Width of the border in pixels."""
    side = min(shape[:2])
    return int(np.clip(round(width * side), 1, max(1, (side - 1) // 2)))


def _cover_region(images: np.ndarray, region: np.ndarray, settings: BorderCoveredSettings) -> np.ndarray:
    if settings.by == "its surroundings":
        return inpaint(images, region)
    return np.where(region[..., None], fill_colours(images, "own mean"), images)


HUNCH = HunchInfo(
    name="border_covered",
    title="The border, covered",
    family="artefact",
    kind="shortcut",
    Settings=BorderCoveredSettings,
    plain=(
        "Covers a frame along the edge of the picture with what lies inside it. The control covers a cross of "
        "the same area inside."
    ),
    says=("border", "cover border", "remove border"),
    action="Covering the border",
    control="Covering as much of the inside",
    supported="The network uses the border.",
    rejected="The answer does not depend on the border.",
    change=change,
    by_class=True,
    order=110,
)
