"""Enlarge or shrink the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.geometry import rotation_matrices, warp
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class ScaleSettings(Settings):
    """Settings of the scale."""

    factor: float = setting(
        0.7, "Size factor: below 1 is further away, above 1 is closer.", low=0.2, high=5, step=0.05, log=True
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ScaleSettings) -> Treatment:
    """Enlarge or shrink, mirroring at the edges; the control is a random change of equal energy."""
    factors = np.full(len(batch), settings.factor)
    matrices = rotation_matrices(np.zeros(len(batch)), factors, batch.pictures.shape)
    return with_noise_control(batch, warp(batch.pictures, matrices), rng)


HUNCH = HunchInfo(
    name="scale",
    title="Scale",
    family="geometry",
    kind="robustness",
    Settings=ScaleSettings,
    plain="Makes everything in the picture smaller or larger, as if further away or closer.",
    says=("size", "small", "large", "object size"),
    means={
        "small": {"factor": 0.7},
        "large": {"factor": 1.4},
        "too small": {"factor": 1.4},
        "too large": {"factor": 0.7},
    },
    action="Changing the size",
    control=NOISE,
    supported="The network is sensitive to size.",
    rejected="Size affects the network no more than a random change of this size.",
    change=change,
    cures=True,
    variants=({"factor": 0.7}, {"factor": 1.4}),
    order=260,
)
