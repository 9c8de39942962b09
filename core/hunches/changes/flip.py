"""Mirror the images."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class FlipSettings(Settings):
    """Settings of the mirroring."""

    way: Literal["left to right", "upside down"] = setting(
        "left to right", "The direction in which pictures are mirrored."
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: FlipSettings) -> Treatment:
    """Mirror each image; the control is a random change of equal energy."""
    axis = 2 if settings.way == "left to right" else 1
    return with_noise_control(batch, np.ascontiguousarray(np.flip(batch.pictures, axis)), rng)


HUNCH = HunchInfo(
    name="flip",
    title="Flip",
    family="geometry",
    kind="robustness",
    Settings=FlipSettings,
    plain="Mirrors the picture.",
    says=("mirror", "upside down", "left and right"),
    means={"upside down": {"way": "upside down"}},
    action="Mirroring the picture",
    control=NOISE,
    supported="The network is sensitive to mirroring.",
    rejected="Mirroring affects the network no more than a random change of this size.",
    change=change,
    order=240,
)
