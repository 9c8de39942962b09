"""The pictures are turned."""

from __future__ import annotations

import numpy as np

from core.hunches.base import Arms, HunchInfo
from core.hunches.controls import NOISE, beside_noise
from core.hunches.geometry import turns, warped
from core.hunches.material import Material
from core.settings import Settings, setting


class RotationSettings(Settings):
    """Dials of the rotation."""

    degrees: float = setting(20.0, "How far, left or right at random.", low=1, high=180, step=1, unit="degrees")


def change(material: Material, rng: np.random.Generator, settings: RotationSettings) -> Arms:
    """Turned about the middle, the corners filled as by a mirror; the control is a random change of equal energy."""
    angles = settings.degrees * rng.choice([-1.0, 1.0], len(material))
    ones = np.ones(len(material))
    return beside_noise(material, warped(material.pictures, turns(angles, ones, material.pictures.shape)), rng)


HUNCH = HunchInfo(
    name="rotation",
    title="Rotation",
    family="geometry",
    kind="robustness",
    Settings=RotationSettings,
    plain="Turns the picture about its middle.",
    says=("rotation", "turn", "tilt"),
    action="Turning the picture",
    control=NOISE,
    supported="The network is upset when the picture is turned.",
    rejected="The network bears a turn as well as any change of this size.",
    change=change,
)
