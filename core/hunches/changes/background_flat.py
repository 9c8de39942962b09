"""Replace the background with one flat colour."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import with_noise_control
from core.images.colours import Filling, fill_colours
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.settings import setting


class BackgroundFlatSettings(ObjectSettings):
    """Settings of the flat background."""

    colour: Literal["another class's mean", Filling] = setting(
        "another class's mean",
        (
            "What replaces the background: the mean colour of another class's background, its own mean colour, or "
            "a named colour."
        ),
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundFlatSettings) -> Treatment:
    """Put one colour behind every object, from another class's background; the control uses a background of the same
    class.

    Where the colour is fixed by the settings, the control changes the background at random with equal energy.
    """
    batch = choose_masks(batch, settings)
    if settings.colour != "another class's mean":
        changed = paste_on(batch, fill_colours(batch.backdrops, settings.colour))
        return with_noise_control(batch, changed, rng, ~batch.objects)
    chosen, tones = draw_donors(batch.labels, rng), fill_colours(batch.backdrops, "own mean")
    return Treatment(
        paste_on(batch, tones, chosen.other),
        paste_on(batch, tones, chosen.own),
        chosen.able,
        NO_DONORS,
        ~batch.objects,
        units=chosen.units,
    )


HUNCH = HunchInfo(
    name="background_flat",
    title="The background, made flat",
    family="background",
    kind="shortcut",
    Settings=BackgroundFlatSettings,
    plain=(
        "Cuts out the object and puts it on one flat colour: the mean of a background of another class. The "
        "control uses the mean of another background of the same class."
    ),
    says=(
        "remove background",
        "plain background",
        "empty background",
        "no background",
        "colour background fill",
        "background black",
        "background white",
    ),
    action="Replacing the background with another class's mean colour",
    control="Replacing it with the mean colour of its own class",
    supported="The network uses the colour of the background.",
    rejected="The answer does not depend on the colour of the background.",
    change=change,
    order=20,
)
