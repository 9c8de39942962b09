"""Replace the background with that of another image."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch


class BackgroundSwappedSettings(ObjectSettings):
    """Settings of the swapped background."""


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundSwappedSettings) -> Treatment:
    """Use a background of another class; the control uses another background of the same class."""
    batch = choose_masks(batch, settings)
    chosen, scenes = draw_donors(batch.labels, rng), batch.backdrops
    return Treatment(
        paste_on(batch, scenes, chosen.other),
        paste_on(batch, scenes, chosen.own),
        chosen.able,
        NO_DONORS,
        ~batch.objects,
        units=chosen.units,
    )


HUNCH = HunchInfo(
    name="background_swapped",
    title="The background, swapped",
    family="background",
    kind="shortcut",
    Settings=BackgroundSwappedSettings,
    plain=(
        "Cuts out the object and puts it on the background of a picture of another class. The control uses "
        "another background of the same class."
    ),
    says=("background", "swap background", "background decide", "same background"),
    action="Swapping the background for one of another class",
    control="Swapping it for one of the same class",
    supported="The network uses the background.",
    rejected="The answer does not depend on the background.",
    change=change,
    by_class=True,
    order=10,
)
