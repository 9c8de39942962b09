"""What a tool is, and the dials of an experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.settings import Settings, setting

if TYPE_CHECKING:
    from core.diagnosis.context import DiagnosisContext

Family = Literal["heatmap", "test", "figure"]
NOTHING_LEARNED = "No network learned its flaw, so there is nothing to compare. Try more pictures, or more epochs."


class ExperimentSettings(Settings):
    """How large the networks and the samples are."""

    pictures: int = setting(
        4, "Pictures of each class that heatmaps are made of.", low=1, high=40, step=1, title="Pictures for heatmaps"
    )
    tried: int = setting(
        100, "Pictures that a hunch is tried on.", low=20, high=400, step=20, common=False, title="Pictures for hunches"
    )
    train: int = setting(
        300, "Pictures that every network learns each class from.", low=20, high=1000, step=20, title="Pictures a class"
    )
    epochs: int = setting(12, "Passes over these pictures.", low=1, high=60, step=1, common=False)
    filters: int = setting(24, "Size of every network.", low=4, high=64, step=4, unit="filters", common=False)


@dataclass(frozen=True)
class Tool:
    """Something that is looked at to tell whether a network has a flaw.

    Args:
        name: what `run_experiment` calls it.
        title: what a person calls it.
        family: a heatmap, a test that changes pictures or compares labels, or a plain figure.
        plain: what is looked at, in plain words.
        read: (subject, flaw, settings) -> how loudly it says that the network has the flaw; None where it has no way
            to look for it.
    """

    name: str
    title: str
    family: Family
    plain: str
    read: Callable[[DiagnosisContext, str, ExperimentSettings], float | None]
