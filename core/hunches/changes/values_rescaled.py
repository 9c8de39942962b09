"""Write the pixel values on another scale."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.hunches.controls import NOISE, equal_energy
from core.images.image_batch import WHITE, ImageBatch
from core.settings import Settings, setting


class ValuesRescaledSettings(Settings):
    """Settings of the scale of pixel values."""

    way: Literal["the other", "times 255", "divided by 255"] = setting(
        "the other", 'Direction; "the other" turns 0 to 1 into 0 to 255, and 0 to 255 into 0 to 1.'
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: ValuesRescaledSettings) -> Treatment:
    """Multiply or divide every value by 255; the control is a random change of equal energy."""
    way = settings.way
    if way == "the other":
        way = "times 255" if batch.scale.white <= 1 else "divided by 255"
    own = batch.to_network_scale(batch.pictures)
    changed = batch.scale.to_255(own * np.float32(WHITE if way == "times 255" else 1 / WHITE))
    edges = float(min(0, changed.min(initial=0))), float(max(WHITE, changed.max(initial=0)))
    return Treatment(changed, equal_energy(batch.pictures, changed, rng, black=edges[0], white=edges[1]))


HUNCH = HunchInfo(
    name="values_rescaled",
    title="Numbers, on another scale",
    family="light",
    kind="robustness",
    Settings=ValuesRescaledSettings,
    plain=(
        "Multiplies or divides every value by 255, as when one program writes 0 to 1 and another expects 0 to "
        "255. If this improves the answers, the values had been on the wrong scale."
    ),
    says=("value scale", "0 to 1", "0 to 255", "value range", "normalise", "rescale value"),
    action="Rescaling the pixel values",
    control=NOISE,
    supported="The network depends on the scale of the values.",
    rejected="The scale of the values does not matter.",
    change=change,
    cures=True,
    order=160,
)
