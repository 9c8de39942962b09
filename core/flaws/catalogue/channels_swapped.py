"""Red and blue are swapped on the way to the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import FlawInfo, Planted, pick_rows, require_colour
from core.flaws.serving_shared import at_serving
from core.random_streams import random_stream
from core.settings import Settings


class ChannelsSwappedSettings(Settings):
    """There is nothing to set."""


def plant(before: Planted, strength: float, seed: int, settings: ChannelsSwappedSettings) -> Planted:  # noqa: ARG001
    """Swap red and blue in this fraction of the images that the network is tested on."""
    require_colour(before.splits.test, "channels_swapped")

    def swap(data: Dataset) -> Dataset:
        rows = pick_rows(data.labels, strength, random_stream(seed, "channels_swapped"))
        return replace(data, images=np.where(rows[:, None, None, None], data.images[..., ::-1], data.images))

    sentence = f"Red and blue are swapped in {strength:.0%} of the pictures that reach the network."
    return at_serving(before, "channels_swapped", sentence, swap)


INFO = FlawInfo(
    name="channels_swapped",
    title="Red and blue swapped",
    help="OpenCV reads pictures with blue first, the network was trained with red first, and nobody noticed.",
    text=(
        "A picture is three sheets: red, green and blue. Some programs put blue first. If one side of the house does "
        "and the other does not, skies turn orange. The network still answers, and nobody gets an error."
    ),
    misleads=(
        "Only pictures with much red or blue suffer, so the average drops a little and no more. Grey things do "
        "not change at all. Swap the sheets back, and see whether the score rises."
    ),
    place="serving",
    strength="Fraction of the pictures that arrive with red and blue swapped.",
    Settings=ChannelsSwappedSettings,
    plant=plant,
    order=190,
)
