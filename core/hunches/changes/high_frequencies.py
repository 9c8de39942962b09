"""Only the fine structure is left."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.frequencies import low_pass
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class HighFrequenciesSettings(Settings):
    """Dials of the high pass."""

    cycles: float = setting(
        5.0, "The coarsest stripes that are left, in cycles across the picture.", low=0.5, high=64, step=0.5,
        unit="cycles",
    )  # fmt: skip


def change(batch: ImageBatch, rng: np.random.Generator, settings: HighFrequenciesSettings) -> Treatment:
    """Frequencies above the limit, about each picture's mean colour; the control is a random change of equal energy."""
    images = batch.pictures
    means = images.mean(axis=(1, 2), keepdims=True)
    return with_noise_control(batch, np.clip(means + images - low_pass(images, settings.cycles), 0, WHITE), rng)


HUNCH = HunchInfo(
    name="high_frequencies",
    title="High frequencies only",
    family="structure",
    kind="dependence",
    Settings=HighFrequenciesSettings,
    plain="Leaves only edges and fine grain, on one mean colour.",
    says=("high frequency", "fine line", "line", "fine detail"),
    action="Leaving only fine structure",
    control=NOISE,
    supported="The network needs coarse shapes and colours.",
    rejected="Edges and fine detail are enough.",
    change=change,
    order=300,
)
