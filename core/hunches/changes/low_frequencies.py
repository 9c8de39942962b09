"""Keep only the coarse structure of the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.hunches.frequencies import low_pass
from core.images.image_batch import ImageBatch
from core.settings import Settings, setting


class LowFrequenciesSettings(Settings):
    """Settings of the low-pass filter."""

    cycles: float = setting(
        5.0,
        "The highest frequency that is kept, in cycles across the picture.",
        low=0.5,
        high=64,
        step=0.5,
        unit="cycles",
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: LowFrequenciesSettings) -> Treatment:
    """Keep frequencies below the limit; the control is a random change of equal energy."""
    return with_noise_control(batch, low_pass(batch.pictures, settings.cycles), rng)


HUNCH = HunchInfo(
    name="low_frequencies",
    title="Low frequencies only",
    family="structure",
    kind="dependence",
    Settings=LowFrequenciesSettings,
    plain="Keeps only what changes slowly across the picture: coarse shapes and colours.",
    says=("low frequency", "coarse", "coarse shape"),
    action="Keeping only coarse structure",
    control=NOISE,
    supported="The network needs fine detail.",
    rejected="Coarse structure is enough.",
    change=change,
    order=290,
)
