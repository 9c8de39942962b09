"""Settings of a report."""

from __future__ import annotations

from core.attribution.registry import METHODS
from core.settings import Settings, setting


class ReportSettings(Settings):
    """Contents of a report, and how strict it is."""

    examples: int = setting(3, "Number of right and of wrong answers shown.", low=1, high=6, step=1, unit="pictures")
    wanted: float = setting(
        0.98,
        "How often unchecked answers should be right. The report finds how sure the network must be for that.",
        low=0.5,
        high=0.995,
        step=0.005,
    )
    methods: tuple[str, ...] = setting(
        ("grad_cam", "layer_cam", "occlusion", "integrated_gradients"),
        "Heatmaps to try, in this order. The first one that can be believed on this network is shown.",
        suggestions=tuple(METHODS.names()),
        common=False,
    )
    pictures: int = setting(
        16,
        "Number of pictures on which a heatmap is tested.",
        low=4,
        high=64,
        step=4,
        unit="pictures",
        common=False,
    )
    confidence: float = setting(
        0.95,
        "Confidence of the intervals: at 0.95, one in twenty misses.",
        low=0.5,
        high=0.999,
        step=0.005,
        common=False,
    )
    fewest: int = setting(
        10,
        "Smallest number of pictures in a group that is reported.",
        low=2,
        high=200,
        step=1,
        unit="pictures",
        common=False,
    )
    bins: int = setting(
        10, "Number of confidence bins in the chart.", low=4, high=30, step=1, unit="steps", common=False
    )
    seed: int = setting(0, "Seed of the choice of right answers.", low=0, high=2**31 - 1, step=1, common=False)
