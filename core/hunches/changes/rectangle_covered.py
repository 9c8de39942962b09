"""Cover a rectangle of the images."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import move_regions
from core.images.colours import fill_colours
from core.images.image_batch import ImageBatch
from core.images.masks import inpaint
from core.settings import Settings, setting


class RectangleCoveredSettings(Settings):
    """Where the rectangle is and what covers it."""

    x: float = setting(0.0, "Left edge, as a fraction of the picture's width.", low=0, high=0.98, step=0.01)
    y: float = setting(0.67, "Upper edge, as a fraction of the picture's height.", low=0, high=0.98, step=0.01)
    width: float = setting(0.33, "Width, as a fraction of the picture's width.", low=0.02, high=1, step=0.01)
    height: float = setting(0.33, "Height, as a fraction of the picture's height.", low=0.02, high=1, step=0.01)
    fill: Literal["own mean", "grey", "black", "white", "its surroundings"] = setting(
        "its surroundings", "What covers it: one colour, or the surroundings painted over it."
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: RectangleCoveredSettings) -> Treatment:
    """Cover the rectangle; the control covers an equal one elsewhere, over as much of the object."""
    region = np.broadcast_to(rectangle(batch.pictures.shape[1:3], settings), batch.pictures.shape[:3])
    other = move_regions(region, rng, like=batch.objects)
    share = float((region & batch.objects).sum() / max(1, region.sum()))
    return Treatment(
        _cover_region(batch.pictures, region, settings),
        _cover_region(batch.pictures, other, settings),
        region=region,
        note=f"On average {share:.0%} of it lies on the object, which the network should use." if share > 0.25 else "",
    )


def rectangle(shape: tuple[int, ...], settings: RectangleCoveredSettings) -> np.ndarray:
    """The rectangle's pixels, bool (H, W): at least one, and none outside the image."""
    height, width = shape
    region = np.zeros((height, width), bool)
    region[_span(settings.y, settings.height, height), _span(settings.x, settings.width, width)] = True
    return region


def _span(start: float, share: float, length: int) -> slice:
    first = min(round(start * length), length - 1)
    return slice(first, max(first + 1, min(length, round((start + share) * length))))


def _cover_region(images: np.ndarray, region: np.ndarray, settings: RectangleCoveredSettings) -> np.ndarray:
    if settings.fill == "its surroundings":
        return inpaint(images, region)
    return np.where(region[..., None], fill_colours(images, settings.fill), images)


HUNCH = HunchInfo(
    name="rectangle_covered",
    title="A rectangle, covered",
    family="artefact",
    kind="shortcut",
    Settings=RectangleCoveredSettings,
    plain=(
        "Covers one rectangle at the same place in every picture. The control covers an equal one elsewhere, "
        "over as much of the object."
    ),
    says=("rectangle", "corner", "{place} corner", "{place} rectangle", "cover {place}", "cover rectangle", "{place}"),
    action="Covering this rectangle",
    control="Covering an equal one elsewhere",
    supported="The network uses what is in this rectangle.",
    rejected="The answer does not depend on this rectangle.",
    change=change,
    by_class=True,
    variants=({"x": 0.0, "y": 0.0}, {"x": 0.67, "y": 0.0}, {"x": 0.0, "y": 0.67}, {"x": 0.67, "y": 0.67}),
    order=100,
)
