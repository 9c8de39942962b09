"""Red and blue change places on the way to the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.datasets.base import Dataset
from core.flaws.base import FlawInfo, Planted, need_colour, picked, stream
from core.flaws.serving_shared import at_serving
from core.settings import Settings


class ChannelsSwappedSettings(Settings):
    """Nothing further to set."""


def plant(before: Planted, strength: float, seed: int, settings: ChannelsSwappedSettings) -> Planted:  # noqa: ARG001
    """Swap red and blue in this share of the pictures that the network is judged on."""
    need_colour(before.splits.test, "channels_swapped")

    def swap(data: Dataset) -> Dataset:
        rows = picked(data.labels, strength, stream(seed, "channels_swapped"))
        return replace(data, images=np.where(rows[:, None, None, None], data.images[..., ::-1], data.images))

    sentence = f"Red and blue are swapped in {strength:.0%} of the pictures that reach the network."
    return at_serving(before, "channels_swapped", sentence, swap)


INFO = FlawInfo(
    "channels_swapped",
    "Red and blue swapped",
    "OpenCV reads pictures with blue first, the network was trained with red first, and nobody noticed.",
    "serving",
    "Share of the pictures that arrive with red and blue swapped.",
    ChannelsSwappedSettings,
    plant,
    order=190,
)
