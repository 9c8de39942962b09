"""The pictures become negatives."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, NoSettings, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch


def change(batch: ImageBatch, rng: np.random.Generator, settings: NoSettings) -> Treatment:
    """White less every value; the control is a random change of equal energy."""
    return with_noise_control(batch, WHITE - batch.pictures, rng)


HUNCH = HunchInfo(
    name="toy_change",
    title="Negative",
    family="light",
    kind="robustness",
    Settings=NoSettings,
    plain="Turns light into dark and dark into light.",
    says=("negative", "negative film"),
    vocabulary={"negative": ("inverted", "x ray")},
    action="Turning pictures into negatives",
    control=NOISE,
    supported="The network is upset by negatives.",
    rejected="The network bears negatives as well as any change of this size.",
    change=change,
)
