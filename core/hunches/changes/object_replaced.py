"""The object is replaced and the background kept."""

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
    """Dials of the replaced object."""

    by: Literal["another object", "nothing"] = setting(
        "another object", "What takes its place: an object of another class, or its surroundings, painted over it."
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ObjectReplacedSettings) -> Treatment:
    """An object of another class, or none; the control sets another of the same class there, or paints elsewhere."""
    batch = choose_masks(batch, settings)
    if settings.by == "nothing":
        return _remove_object(batch, rng)
    chosen, empty = draw_donors(batch.labels, rng), batch.emptied
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
        "Paints the object over and sets an object of another class in its place, on the same background. The control "
        "sets another object of the same class there. A sound network follows the object."
    ),
    says=("object", "swap object", "remove object", "object itself"),
    means={"remove object": {"by": "nothing"}, "without object": {"by": "nothing"}},
    action="Replacing the object by one of another class",
    control="Replacing it by one of the same class",
    supported="The answer follows the object, as it should.",
    rejected="The answer does not follow the object.",
    change=change,
    order=60,
)
