"""Keep only the fine structure of the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.frequencies import low_pass
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class HighFrequenciesSettings(Settings):
    """Settings of the high-pass filter."""

    cycles: float = setting(
        5.0, "The lowest frequency that is kept, in cycles across the picture.", low=0.5, high=64, step=0.5,
        unit="cycles",
    )  # fmt: skip


def change(batch: ImageBatch, rng: np.random.Generator, settings: HighFrequenciesSettings) -> Treatment:
    """Keep frequencies above the limit, around each image's mean colour; the control is a random change of equal
    energy.
    """
    images = batch.pictures
    means = images.mean(axis=(1, 2), keepdims=True)
    return with_noise_control(batch, np.clip(means + images - low_pass(images, settings.cycles), 0, WHITE), rng)


HUNCH = HunchInfo(
    name="high_frequencies",
    title="High frequencies only",
    family="structure",
    kind="dependence",
    Settings=HighFrequenciesSettings,
    plain="Keeps only edges and fine grain, on the picture's mean colour.",
    says=("high frequency", "fine line", "line", "fine detail"),
    action="Keeping only fine structure",
    control=NOISE,
    supported="The network needs coarse shapes and colours.",
    rejected="Edges and fine detail are enough.",
    change=change,
    order=300,
)
