"""Make the images lighter or darker."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class BrightnessSettings(Settings):
    """Settings of the brightness."""

    factor: float = setting(
        0.5, "Brightness factor: below 1 is darker, above 1 is lighter.", low=0.05, high=8, step=0.05, log=True
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BrightnessSettings) -> Treatment:
    """Multiply every value; the control is a random change of equal energy."""
    return with_noise_control(batch, np.clip(batch.pictures * np.float32(settings.factor), 0, WHITE), rng)


HUNCH = HunchInfo(
    name="brightness",
    title="Brightness",
    family="light",
    kind="robustness",
    Settings=BrightnessSettings,
    plain="Makes the whole picture darker or lighter.",
    says=("brightness", "dark", "bright"),
    means={
        "dark": {"factor": 0.5},
        "bright": {"factor": 2.0},
        "too dark": {"factor": 2.0},
        "too bright": {"factor": 0.5},
    },
    action="Changing the brightness",
    control=NOISE,
    supported="The network is sensitive to brightness.",
    rejected="Brightness affects the network no more than a random change of this size.",
    change=change,
    cures=True,
    variants=({"factor": 0.5}, {"factor": 2.0}),
    order=170,
)
