"""Add noise to the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class NoiseSettings(Settings):
    """Settings of the noise."""

    strength: float = setting(
        0.1, "Standard deviation of the noise, as a fraction of white.", low=0.005, high=0.6, step=0.005
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: NoiseSettings) -> Treatment:
    """Add independent Gaussian noise to every value; the control is a smooth random change of equal energy."""
    grain = rng.standard_normal(batch.pictures.shape, dtype=np.float32) * np.float32(settings.strength * WHITE)
    return with_noise_control(batch, np.clip(batch.pictures + grain, 0, WHITE), rng)


HUNCH = HunchInfo(
    name="noise",
    title="Noise",
    family="detail",
    kind="robustness",
    Settings=NoiseSettings,
    plain="Adds grain, like a camera in poor light.",
    says=("noise", "fine noise"),
    action="Adding noise",
    control=NOISE,
    supported="The network is sensitive to noise.",
    rejected="Noise affects the network no more than a smooth random change of this size.",
    change=change,
    order=210,
)
