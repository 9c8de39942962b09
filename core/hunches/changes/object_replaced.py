"""Replace the object and keep the background."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import move_regions
from core.images.compositing import ObjectSettings, choose_masks, restore_artefacts
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.images.masks import dilate_masks, feather_masks, inpaint
from core.settings import setting


class ObjectReplacedSettings(ObjectSettings):
    """Settings of the replaced object."""

    by: Literal["another object", "nothing"] = setting(
        "another object", "What replaces it: an object of another class, or the surroundings painted over it."
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ObjectReplacedSettings) -> Treatment:
    """Put an object of another class there, or none; the control uses another of the same class, or inpaints
    elsewhere.
    """
    batch = choose_masks(batch, settings)
    if settings.by == "nothing":
        return _remove_object(batch, rng)
    chosen, empty = draw_donors(batch.labels, rng), batch.without_objects
    cover = feather_masks(batch.objects)[..., None]

    def paste(rows: np.ndarray) -> np.ndarray:
        return restore_artefacts(batch, batch.pictures[rows] * cover[rows] + empty * (1 - cover[rows]))

    return Treatment(paste(chosen.other), paste(chosen.own), chosen.able, NO_DONORS, batch.objects, units=chosen.units)


def _remove_object(batch: ImageBatch, rng: np.random.Generator) -> Treatment:
    holes = dilate_masks(batch.objects)
    return Treatment(
        restore_artefacts(batch, inpaint(batch.pictures, holes)),
        restore_artefacts(batch, inpaint(batch.pictures, move_regions(holes, rng))),
        region=holes,
    )


HUNCH = HunchInfo(
    name="object_replaced",
    title="The object, replaced",
    family="object",
    kind="dependence",
    Settings=ObjectReplacedSettings,
    plain=(
        "Paints over the object and puts an object of another class in its place, on the same background. The "
        "control puts another object of the same class there. A healthy network follows the object."
    ),
    says=("object", "swap object", "remove object", "object itself"),
    means={"remove object": {"by": "nothing"}, "without object": {"by": "nothing"}},
    action="Replacing the object with one of another class",
    control="Replacing it with one of the same class",
    supported="The answer follows the object, as it should.",
    rejected="The answer does not follow the object.",
    change=change,
    order=60,
)
