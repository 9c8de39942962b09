"""Change the contrast of the images."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class ContrastSettings(Settings):
    """Settings of the contrast."""

    factor: float = setting(
        0.5,
        "Contrast factor: below 1 is flatter, above 1 is stronger.",
        low=0.05,
        high=8,
        step=0.05,
        log=True,
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ContrastSettings) -> Treatment:
    """Scale each value's distance from the image mean; the control is a random change of equal energy."""
    means = batch.pictures.mean(axis=(1, 2, 3), keepdims=True)
    return with_noise_control(
        batch, np.clip(means + (batch.pictures - means) * np.float32(settings.factor), 0, WHITE), rng
    )


HUNCH = HunchInfo(
    name="contrast",
    title="Contrast",
    family="light",
    kind="robustness",
    Settings=ContrastSettings,
    plain="Brings light and dark closer together, or further apart.",
    says=("contrast", "faded", "light and dark"),
    means={"faded": {"factor": 0.5}, "too faded": {"factor": 2.0}, "more contrast": {"factor": 2.0}},
    action="Changing the contrast",
    control=NOISE,
    supported="The network is sensitive to contrast.",
    rejected="Contrast affects the network no more than a random change of this size.",
    change=change,
    cures=True,
    order=180,
)
