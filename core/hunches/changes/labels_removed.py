"""Paint over stickers, tags and other printed marks."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import move_regions
from core.images.image_batch import BEHIND, FRAME, OBJECT, ImageBatch
from core.images.masks import dilate_masks, inpaint
from core.images.stickers import find_stickers
from core.settings import Settings, setting

WITH_LABELS = "Only pictures with a sticker are tested."
SEAM = 0.02  # widening of a region that is given, as a share of the side


class LabelsRemovedSettings(Settings):
    """Settings of the removed stickers."""

    where: Literal["own", "found"] = setting(
        "own",
        (
            "Where the stickers are: from the data set's own masks where it has them, or always detected by their "
            "appearance."
        ),
        common=False,
    )
    mask: str = setting("sticker", "Name of the mask that marks the stickers.", suggestions=("sticker",), common=False)
    radius: float = setting(
        3.0,
        "How far around a sticker inpainting looks for colours.",
        low=1,
        high=20,
        step=0.5,
        unit="pixels",
        common=False,
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: LabelsRemovedSettings) -> Treatment:
    """Inpaint the stickers; the control inpaints the same shape elsewhere, over as much of the object."""
    regions = sticker_regions(batch, settings)
    able = np.asarray(regions.any(axis=(1, 2)))
    others = _places(batch, regions, rng)
    return Treatment(
        inpaint(batch.pictures, regions, settings.radius),
        inpaint(batch.pictures, others, settings.radius),
        able,
        WITH_LABELS,
        regions,
    )


def sticker_regions(batch: ImageBatch, settings: LabelsRemovedSettings) -> np.ndarray:
    """Where the stickers are, bool (N, H, W): from the mask of this name, or detected."""
    given = batch.masks.get(settings.mask)
    if given is not None and settings.where == "own" and settings.mask not in (OBJECT, BEHIND):
        return dilate_masks(given, SEAM)
    return find_stickers(batch.pictures)


def _places(batch: ImageBatch, regions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if not regions.any():
        return regions
    frames = batch.masks.get(FRAME)
    return move_regions(regions, rng, like=batch.objects, free=None if frames is None else ~frames)


HUNCH = HunchInfo(
    name="labels_removed",
    title="Labels, removed",
    family="artefact",
    kind="shortcut",
    Settings=LabelsRemovedSettings,
    plain=(
        "Paints over every printed sticker or tag with its surroundings. The control paints over the same "
        "shape in another place. Only pictures that have a sticker are tested."
    ),
    says=("label", "remove label", "label object"),
    action="Painting over the stickers",
    control="Painting over as much elsewhere",
    supported="The network uses the stickers.",
    rejected="The answer does not depend on the stickers.",
    change=change,
    by_class=True,
    order=90,
)
