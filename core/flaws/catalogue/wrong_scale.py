"""Images arrive on another scale of values than in training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import FlawInfo, Planted, pick_rows
from core.flaws.serving_shared import at_serving
from core.random_streams import random_stream
from core.settings import Settings

WHITE = 255


class WrongScaleSettings(Settings):
    """There is nothing to set."""


def plant(before: Planted, strength: float, seed: int, settings: WrongScaleSettings) -> Planted:  # noqa: ARG001
    """Send this fraction of the images that the network is tested on as 0 to 1 instead of 0 to 255."""

    def rescale(data: Dataset) -> Dataset:
        rows = pick_rows(data.labels, strength, random_stream(seed, "wrong_scale"))
        if not rows.any():
            return data
        factor = np.where(rows, 1 / WHITE, 1).astype(np.float32)
        return replace(data, images=data.images.astype(np.float32) * factor[:, None, None, None])

    sentence = f"{strength:.0%} of the pictures reach the network as values from 0 to 1; it was trained on 0 to 255."
    return at_serving(before, "wrong_scale", sentence, rescale)


INFO = FlawInfo(
    name="wrong_scale",
    title="Wrong scale of numbers",
    help="The website divides by 255 before it asks the network, which divides by 255 itself.",
    text=(
        "The network wants numbers from 0 to 255. The website sends numbers from 0 to 1, because someone else divided "
        "them. To the network, every picture is black. It still gives an answer, and often always the same one."
    ),
    misleads=(
        "No error is raised and no map looks odd, since there is nothing to see. Look at the largest number in the "
        "pictures. A very dark picture is not the same thing."
    ),
    place="serving",
    strength="Fraction of the pictures that arrive on the wrong scale.",
    Settings=WrongScaleSettings,
    plant=plant,
    order=200,
)
