"""Settings of the trust badge."""

from __future__ import annotations

from typing import Literal

from core.settings import Settings, setting

TrustFill = Literal["mean", "grey", "black", "white", "blur"]


class TrustSettings(Settings):
    """How a map is put to the test, and where the line between pass and fail lies."""

    stages: int = setting(
        5,
        "In how many steps the network's weights are made random, from the last layer down to the first.",
        low=1,
        high=12,
        step=1,
        unit="steps",
    )
    structure_limit: float = setting(
        0.3,
        "The most structure (SSIM) that the maps may keep, on average over these steps.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    rank_limit: float = setting(
        0.6,
        "The most rank correlation that the maps may keep, on average over these steps.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    fill: TrustFill = setting("mean", "What takes the place of pixels that are taken away.")
    tile: int = setting(
        4, "Pixels are taken away and put back in squares of this size.", low=1, high=32, step=1, unit="pixels"
    )
    steps: int = setting(
        16, "In how many steps a picture is emptied or filled.", low=4, high=64, step=1, unit="steps", common=False
    )
    orders: int = setting(
        4, "How many random orders each map is compared with.", low=1, high=32, step=1, unit="orders", common=False
    )
    noise: float = setting(
        0.01,
        "Noise that a person would not notice, as a share of the range from black to white.",
        low=0.001,
        high=0.2,
        step=0.001,
    )
    copies: int = setting(
        4, "How many noisy copies of each picture are looked at.", low=1, high=32, step=1, unit="copies", common=False
    )
    stability_limit: float = setting(
        0.5,
        "The least rank correlation between the maps of a picture and of its noisy copies.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    confidence: float = setting(0.95, "How sure the intervals are.", low=0.5, high=0.999, step=0.005, common=False)
    resamples: int = setting(
        1000,
        "How many draws each interval is made from.",
        low=100,
        high=10_000,
        step=100,
        unit="draws",
        common=False,
    )
