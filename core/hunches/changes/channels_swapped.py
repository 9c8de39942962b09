"""Swap the red and blue channels."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, NoSettings, Treatment
from core.hunches.controls import NOISE, with_noise_control
from core.images.image_batch import ImageBatch


def change(batch: ImageBatch, rng: np.random.Generator, settings: NoSettings) -> Treatment:  # noqa: ARG001 - no dials
    """Swap red and blue; the control is a random change of equal energy."""
    return with_noise_control(batch, np.ascontiguousarray(batch.pictures[..., ::-1]), rng)


HUNCH = HunchInfo(
    name="channels_swapped",
    title="Red and blue, swapped",
    family="colour",
    kind="dependence",
    Settings=NoSettings,
    plain=(
        "Swaps red and blue, as when one program writes RGB and another reads BGR. If this improves the "
        "answers, the channels had been swapped before."
    ),
    says=("channel", "red and blue", "swap red and blue", "colour channel", "opencv"),
    action="Swapping red and blue",
    control=NOISE,
    supported="The network depends on the order of red and blue.",
    rejected="The order of red and blue does not matter.",
    change=change,
    cures=True,
    order=150,
)
