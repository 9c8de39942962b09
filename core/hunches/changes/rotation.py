"""Rotate the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.geometry import rotation_matrices, warp
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class RotationSettings(Settings):
    """Settings of the rotation."""

    degrees: float = setting(
        20.0, "Rotation angle, to the left or right at random.", low=1, high=180, step=1, unit="degrees"
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: RotationSettings) -> Treatment:
    """Rotate around the middle, mirroring at the edges; the control is a random change of equal energy."""
    angles = settings.degrees * rng.choice([-1.0, 1.0], len(batch))
    ones = np.ones(len(batch))
    return with_noise_control(batch, warp(batch.pictures, rotation_matrices(angles, ones, batch.pictures.shape)), rng)


HUNCH = HunchInfo(
    name="rotation",
    title="Rotation",
    family="geometry",
    kind="robustness",
    Settings=RotationSettings,
    plain="Rotates the picture around its middle.",
    says=("rotation", "turn", "tilt"),
    action="Rotating the picture",
    control=NOISE,
    supported="The network is sensitive to rotation.",
    rejected="Rotation affects the network no more than a random change of this size.",
    change=change,
    order=250,
)
