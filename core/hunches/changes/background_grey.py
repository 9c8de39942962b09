"""Remove the colour of the background."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import with_noise_control
from core.images.colours import to_greyscale
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.image_batch import ImageBatch


class BackgroundGreySettings(ObjectSettings):
    """Settings of the grey background."""


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundGreySettings) -> Treatment:
    """Turn each image's own background grey; the control changes the background at random with equal energy."""
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
        "Removes the colour from everything except the object. The control changes the background at random by "
        "the same amount."
    ),
    says=("background colour", "grey background", "remove colour background"),
    action="Turning the background grey",
    control="A random change of the same size there",
    supported="The network uses the background's colour.",
    rejected="The answer does not depend on the background's colour.",
    change=change,
    order=40,
)
