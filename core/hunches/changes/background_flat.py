"""The background is replaced by one flat colour."""

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
    """Dials of the flat background."""

    colour: Literal["another class's mean", Filling] = setting(
        "another class's mean",
        "What takes the background's place: the mean colour of another class's, its own mean, or a named colour.",
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundFlatSettings) -> Treatment:
    """One colour behind every object, of another class's background; the control takes that of the same class.

    Where the colour is given, the control changes the background at random, by equal energy.
    """
    batch = choose_masks(batch, settings)
    if settings.colour != "another class's mean":
        changed = paste_on(batch, fill_colours(batch.backdrops, settings.colour))
        return with_noise_control(batch, changed, rng, ~batch.objects)
    chosen, tones = draw_donors(batch.labels, rng), fill_colours(batch.backdrops, "own mean")
    return Treatment(
        paste_on(batch, tones[chosen.other]),
        paste_on(batch, tones[chosen.own]),
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
        "Cuts the object out and sets it on one flat colour, the mean of a background of another class. The control "
        "takes the mean of another background of its own class."
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
    action="Replacing the background by another class's mean colour",
    control="Replacing it by the mean colour of its own class",
    supported="The network reads the colour of the background.",
    rejected="The colour of the background does not decide.",
    change=change,
    order=20,
)
