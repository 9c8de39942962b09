"""Give the object the colour of another object."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.images.colours import Which, from_lab, shows_colour, to_lab
from core.images.compositing import ObjectSettings, choose_masks
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.row_blocks import row_blocks
from core.settings import setting


class ObjectRecolouredSettings(ObjectSettings):
    """Settings of the recoloured object."""

    colour: Which = setting("any", "Test only objects that have this colour.")


def change(batch: ImageBatch, rng: np.random.Generator, settings: ObjectRecolouredSettings) -> Treatment:
    """Use the colour of an object of another class; the control uses that of another object of the same class."""
    batch = choose_masks(batch, settings)
    if batch.is_grey:
        nobody = np.zeros(len(batch), bool)
        return Treatment(batch.pictures, batch.pictures, nobody, "Greyscale pictures have no colours to exchange.")
    chosen, inside = draw_donors(batch.labels, rng), batch.objects[..., None]
    lab = to_lab(batch.pictures)
    means = _means(lab, inside)

    def paint(rows: np.ndarray) -> np.ndarray:
        found, steps = np.empty_like(batch.pictures), means[rows] - means
        for part in row_blocks(len(batch)):
            moved = lab[part].copy()
            moved[..., 1:] += steps[part, None, None, :]
            found[part] = np.where(inside[part], from_lab(moved), batch.pictures[part])
        return found

    able = chosen.able & shows_colour(batch.pictures, batch.objects, settings.colour)
    lacking = NO_DONORS if settings.colour == "any" else f"Only {settings.colour} objects are tested."
    return Treatment(paint(chosen.other), paint(chosen.own), able, lacking, batch.objects, units=chosen.units)


def _means(lab: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The mean of both colour axes over each object, (N, 2)."""
    return (lab[..., 1:] * inside).sum(axis=(1, 2)) / np.maximum(inside.sum(axis=(1, 2)), 1)


HUNCH = HunchInfo(
    name="object_recoloured",
    title="The object's colour, exchanged",
    family="object",
    kind="shortcut",
    Settings=ObjectRecolouredSettings,
    plain=(
        "Gives each object the colour of an object of another class and keeps its light and dark parts. The "
        "control uses the colour of another object of the same class."
    ),
    says=("object colour", "{colour} object", "swap object colour", "tint"),
    action="Giving the object the colour of another class",
    control="Giving it the colour of another object of its class",
    supported="The network uses the object's colour.",
    rejected="The answer does not depend on the object's colour.",
    change=change,
    by_class=True,
    order=70,
)
