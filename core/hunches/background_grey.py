"""The background loses its colour."""

from __future__ import annotations

import numpy as np

from core.hunches.base import Arms, HunchInfo
from core.hunches.colours import greyed
from core.hunches.controls import beside_noise
from core.hunches.cutting import ObjectSettings, set_on, with_masks
from core.hunches.material import Material


class BackgroundGreySettings(ObjectSettings):
    """Dials of the grey background."""


def change(material: Material, rng: np.random.Generator, settings: BackgroundGreySettings) -> Arms:
    """The own background in grey; the control changes the background at random, by equal energy."""
    material = with_masks(material, settings)
    changed = set_on(material, greyed(material.backdrops))
    return beside_noise(material, changed, rng, ~material.objects)


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
)
