"""Settings of the trust badge."""

from __future__ import annotations

from typing import Literal

from core.settings import Settings, setting

TrustFill = Literal["mean", "grey", "black", "white", "blur"]


class TrustSettings(Settings):
    """How a map is tested, and the thresholds between pass and fail."""

    stages: int = setting(
        5,
        "Number of steps in which the network's weights are randomised, from the last layer to the first.",
        low=1,
        high=12,
        step=1,
        unit="steps",
    )
    structure_limit: float = setting(
        0.3,
        "Largest structural similarity (SSIM) that the maps may keep, on average over these steps.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    rank_limit: float = setting(
        0.6,
        "Largest rank correlation that the maps may keep, on average over these steps.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    fill: TrustFill = setting("mean", "What replaces removed pixels.")
    tile: int = setting(
        4, "Side of the squares in which pixels are removed and restored.", low=1, high=32, step=1, unit="pixels"
    )
    steps: int = setting(
        16,
        "Number of steps in which a picture is emptied or filled.",
        low=4,
        high=64,
        step=1,
        unit="steps",
        common=False,
    )
    orders: int = setting(
        4,
        "Number of random orders that each map is compared with.",
        low=1,
        high=32,
        step=1,
        unit="orders",
        common=False,
    )
    noise: float = setting(
        0.01,
        "Noise level that a person would not notice, as a fraction of the range from black to white.",
        low=0.001,
        high=0.2,
        step=0.001,
    )
    copies: int = setting(
        4, "Number of noisy copies of each picture.", low=1, high=32, step=1, unit="copies", common=False
    )
    stability_limit: float = setting(
        0.5,
        "Smallest rank correlation between the maps of a picture and of its noisy copies.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    confidence: float = setting(0.95, "Confidence of the intervals.", low=0.5, high=0.999, step=0.005, common=False)
    resamples: int = setting(
        1000,
        "Number of random draws behind each interval.",
        low=100,
        high=10_000,
        step=100,
        unit="draws",
        common=False,
    )
