"""Grain is added to the pictures."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class NoiseSettings(Settings):
    """Dials of the grain."""

    strength: float = setting(
        0.1, "Standard deviation of the grain, as a share of white.", low=0.005, high=0.6, step=0.005
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: NoiseSettings) -> Treatment:
    """Independent Gaussian noise on every value; the control is a smooth random change of equal energy."""
    grain = rng.standard_normal(batch.pictures.shape, dtype=np.float32) * np.float32(settings.strength * WHITE)
    return with_noise_control(batch, np.clip(batch.pictures + grain, 0, WHITE), rng)


HUNCH = HunchInfo(
    name="noise",
    title="Noise",
    family="detail",
    kind="robustness",
    Settings=NoiseSettings,
    plain="Adds grain, as a camera does in poor light.",
    says=("noise", "fine noise"),
    action="Adding grain",
    control=NOISE,
    supported="The network is upset by grain.",
    rejected="The network bears grain as well as any change of this size.",
    change=change,
    order=210,
)
