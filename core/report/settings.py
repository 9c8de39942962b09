"""Settings of a report."""

from __future__ import annotations

from core.attribution.registry import METHODS
from core.settings import Settings, setting


class ReportSettings(Settings):
    """What goes into a report, and how strict it is."""

    examples: int = setting(
        3, "How many right and how many wrong answers are shown.", low=1, high=6, step=1, unit="pictures"
    )
    wanted: float = setting(
        0.98,
        "How often the answers that no person checks should be right. The report finds how sure the network must be "
        "for that.",
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
        "On how many pictures a heatmap is tried before it is believed.",
        low=4,
        high=64,
        step=4,
        unit="pictures",
        common=False,
    )
    confidence: float = setting(
        0.95, "How sure each range is: at 0.95, one in twenty misses.", low=0.5, high=0.999, step=0.005, common=False
    )
    fewest: int = setting(
        10,
        "The fewest pictures that a group needs before it is judged.",
        low=2,
        high=200,
        step=1,
        unit="pictures",
        common=False,
    )
    bins: int = setting(
        10, "Into how many steps sureness is cut for the drawing.", low=4, high=30, step=1, unit="steps", common=False
    )
    seed: int = setting(0, "Another seed draws other right answers.", low=0, high=2**31 - 1, step=1, common=False)
