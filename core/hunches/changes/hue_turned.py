"""Rotate the hue of the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, equal_energy
from core.images.colours import Which, rotate_hue, shows_colour
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class HueTurnedSettings(Settings):
    """Settings of the hue rotation."""

    degrees: float = setting(
        120.0, "How far the hue is rotated; 120 turns red into green.", low=10, high=350, step=10, unit="degrees"
    )
    colour: Which = setting("any", "Change only this colour.")


def change(batch: ImageBatch, rng: np.random.Generator, settings: HueTurnedSettings) -> Treatment:
    """Rotate every hue, or that of a named colour; the control is a random change of equal energy."""
    images = batch.pictures
    changed = rotate_hue(images, settings.degrees, settings.colour)
    able = shows_colour(images, np.ones(images.shape[:3], bool), settings.colour)
    return Treatment(
        changed, equal_energy(images, changed, rng), able, f"Only pictures that show {settings.colour} are tested."
    )


HUNCH = HunchInfo(
    name="hue_turned",
    title="Hue, turned",
    family="colour",
    kind="dependence",
    Settings=HueTurnedSettings,
    plain="Turns every colour, or one of them, into another: red becomes green, green becomes blue. Brightness stays.",
    says=("{colour}", "hue", "turn hue", "turn colour", "swap colour"),
    action="Changing the hue",
    control=NOISE,
    supported="The network uses hue. That can be right: hue can be valid evidence.",
    rejected="The network hardly uses hue.",
    change=change,
    order=140,
)
