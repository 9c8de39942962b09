"""The hue of the pictures is turned."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, equal_energy
from core.images.colours import Which, rotate_hue, shows_colour
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class HueTurnedSettings(Settings):
    """Dials of the turned hue."""

    degrees: float = setting(
        120.0, "How far the hue is turned; 120 makes red green.", low=10, high=350, step=10, unit="degrees"
    )
    colour: Which = setting("any", "Turn only this colour.")


def change(batch: ImageBatch, rng: np.random.Generator, settings: HueTurnedSettings) -> Treatment:
    """Every colour, or a named one, turned; the control is a random change of equal energy."""
    images = batch.pictures
    changed = rotate_hue(images, settings.degrees, settings.colour)
    able = shows_colour(images, np.ones(images.shape[:3], bool), settings.colour)
    return Treatment(
        changed, equal_energy(images, changed, rng), able, f"Only pictures that show {settings.colour} count."
    )


HUNCH = HunchInfo(
    name="hue_turned",
    title="Hue, turned",
    family="colour",
    kind="dependence",
    Settings=HueTurnedSettings,
    plain="Turns every colour, or one of them, into another: red becomes green, green blue. Light and dark stay.",
    says=("{colour}", "hue", "turn hue", "turn colour", "swap colour"),
    action="Turning the hue",
    control=NOISE,
    supported="The network goes by hue. That may be right: hue can be honest evidence.",
    rejected="The network hardly goes by hue.",
    change=change,
    order=140,
)
