"""Data types and settings of the usefulness study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.settings import Settings, setting

if TYPE_CHECKING:
    from core.diagnosis.context import DiagnosisContext

Family = Literal["heatmap", "test", "figure"]
NOTHING_LEARNED = "No network learned its flaw, so there is nothing to compare. Use more pictures, or more epochs."


class ExperimentSettings(Settings):
    """Size of the networks and of the samples."""

    pictures: int = setting(
        4, "Number of pictures of each class for heatmaps.", low=1, high=40, step=1, title="Pictures for heatmaps"
    )
    tried: int = setting(
        100,
        "Number of pictures for each hunch test.",
        low=20,
        high=400,
        step=20,
        common=False,
        title="Pictures for hunches",
    )
    train: int = setting(
        300, "Training pictures per class for every network.", low=20, high=1000, step=20, title="Pictures a class"
    )
    epochs: int = setting(12, "Training epochs.", low=1, high=60, step=1, common=False)
    filters: int = setting(
        24, "Filters in the first block of every network.", low=4, high=64, step=4, unit="filters", common=False
    )


@dataclass(frozen=True)
class Tool:
    """Something that can reveal whether a network has a flaw.

    Args:
        name: identifier that `run_experiment` takes.
        title: display name.
        family: a heatmap, a test that changes images or compares labels, or a plain figure.
        plain: what is measured, in plain words.
        read: (context, flaw, settings) -> how strongly it indicates the flaw; None if it cannot look for it.
    """

    name: str
    title: str
    family: Family
    plain: str
    read: Callable[[DiagnosisContext, str, ExperimentSettings], float | None]
