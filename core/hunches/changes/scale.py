"""The pictures get larger or smaller."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.geometry import rotation_matrices, warp
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class ScaleSettings(Settings):
    """Dials of the scale."""

    factor: float = setting(
        0.7, "How many times as large: below 1 farther away, above 1 nearer.", low=0.2, high=5, step=0.05, log=True
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ScaleSettings) -> Treatment:
    """Enlarged or shrunk, gaps filled as by a mirror; the control is a random change of equal energy."""
    factors = np.full(len(batch), settings.factor)
    matrices = rotation_matrices(np.zeros(len(batch)), factors, batch.pictures.shape)
    return with_noise_control(batch, warp(batch.pictures, matrices), rng)


HUNCH = HunchInfo(
    name="scale",
    title="Scale",
    family="geometry",
    kind="robustness",
    Settings=ScaleSettings,
    plain="Makes everything in the picture smaller or larger, as from farther away or nearer.",
    says=("size", "small", "large", "object size"),
    means={
        "small": {"factor": 0.7},
        "large": {"factor": 1.4},
        "too small": {"factor": 1.4},
        "too large": {"factor": 0.7},
    },
    action="Changing the size",
    control=NOISE,
    supported="The network is upset by another size.",
    rejected="The network bears another size as well as any change of this size.",
    change=change,
    cures=True,
    variants=({"factor": 0.7}, {"factor": 1.4}),
    order=260,
)
