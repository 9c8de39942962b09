"""Settings of fixes that change how the network is trained."""

from __future__ import annotations

from core.settings import Settings, setting


class TrainedFixSettings(Settings):
    """How long to train, and from which weights."""

    effort: float = setting(
        1.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(True, "Start from new weights.", title="New weights", common=False)
