"""The background loses its colour."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import with_noise_control
from core.images.colours import to_greyscale
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.image_batch import ImageBatch


class BackgroundGreySettings(ObjectSettings):
    """Dials of the grey background."""


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundGreySettings) -> Treatment:
    """The own background in grey; the control changes the background at random, by equal energy."""
    batch = choose_masks(batch, settings)
    changed = paste_on(batch, to_greyscale(batch.backdrops))
    return with_noise_control(batch, changed, rng, ~batch.objects)


HUNCH = HunchInfo(
    name="background_grey",
    title="The background, turned grey",
    family="background",
    kind="shortcut",
    Settings=BackgroundGreySettings,
    plain=(
        "Takes the colour out of everything but the object. The control changes the background at random by as much."
    ),
    says=("background colour", "grey background", "remove colour background"),
    action="Turning the background grey",
    control="A random change there of the same size",
    supported="The network reads the background's colour.",
    rejected="The background's colour does not decide.",
    change=change,
    order=40,
)
