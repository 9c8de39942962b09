"""Shift the images sideways, up or down."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.geometry import warp
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class ShiftSettings(Settings):
    """Settings of the shift."""

    share: float = setting(0.2, "Distance, as a fraction of the image side.", low=0.01, high=0.9, step=0.01)
    way: Literal["any", "left", "right", "up", "down"] = setting("any", 'Direction; "any" draws one for each picture.')


_WAYS = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}


def change(batch: ImageBatch, rng: np.random.Generator, settings: ShiftSettings) -> Treatment:
    """Shift each image, mirroring at the edge; the control is a random change of equal energy."""
    height, width = batch.pictures.shape[1:3]
    turns = rng.uniform(0, 2 * np.pi, len(batch))
    ways = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    if settings.way != "any":
        ways[:] = _WAYS[settings.way]
    matrices = np.tile(np.eye(2, 3), (len(batch), 1, 1))
    matrices[:, :, 2] = np.round(ways * settings.share * [width, height])
    return with_noise_control(batch, warp(batch.pictures, matrices), rng)


HUNCH = HunchInfo(
    name="shift",
    title="Shift",
    family="geometry",
    kind="robustness",
    Settings=ShiftSettings,
    plain="Shifts the whole picture.",
    says=("shift", "move", "off centre"),
    action="Shifting the picture",
    control=NOISE,
    supported="The network is sensitive to position.",
    rejected="A shift affects the network no more than a random change of this size.",
    change=change,
    order=230,
)
