"""Remove the colour of the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, NoSettings, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.colours import to_greyscale
from core.images.image_batch import ImageBatch


def change(batch: ImageBatch, rng: np.random.Generator, settings: NoSettings) -> Treatment:  # noqa: ARG001 - no dials
    """Convert every image to greyscale; the control is a random change of equal energy."""
    return with_noise_control(batch, to_greyscale(batch.pictures), rng)


HUNCH = HunchInfo(
    name="colour_removed",
    title="Colour, removed",
    family="colour",
    kind="dependence",
    Settings=NoSettings,
    plain="Turns the whole picture grey.",
    says=("colour", "grey", "remove colour", "only colour"),
    action="Removing the colour",
    control=NOISE,
    supported="The network uses colour. That can be right: colour can be valid evidence.",
    rejected="The network hardly uses colour.",
    change=change,
    order=130,
)
