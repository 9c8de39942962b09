"""The background is replaced by one flat colour."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import Arms, HunchInfo
from core.hunches.colours import Filling, filled
from core.hunches.controls import beside_noise
from core.hunches.cutting import ObjectSettings, set_on, with_masks
from core.hunches.donors import NO_DONORS, donors
from core.hunches.material import Material
from core.settings import setting


class BackgroundFlatSettings(ObjectSettings):
    """Dials of the flat background."""

    colour: Literal["another class's mean", Filling] = setting(
        "another class's mean",
        "What takes the background's place: the mean colour of another class's, its own mean, or a named colour.",
    )


def change(material: Material, rng: np.random.Generator, settings: BackgroundFlatSettings) -> Arms:
    """One colour behind every object, of another class's background; the control takes that of the same class.

    Where the colour is given, the control changes the background at random, by equal energy.
    """
    material = with_masks(material, settings)
    if settings.colour != "another class's mean":
        changed = set_on(material, filled(material.backdrops, settings.colour))
        return beside_noise(material, changed, rng, ~material.objects)
    chosen, tones = donors(material.labels, rng), filled(material.backdrops, "own mean")
    return Arms(
        set_on(material, tones[chosen.other]),
        set_on(material, tones[chosen.own]),
        chosen.able,
        NO_DONORS,
        ~material.objects,
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
)
