"""No flaw: the clean control, without which no figure about a flaw means anything."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.settings import Settings


class NoneSettings(Settings):
    """Nothing to set."""


def plant(before: Planted, strength: float, seed: int, settings: NoneSettings) -> Planted:  # noqa: ARG001
    """Leave everything as it is."""
    return before


ANSWER = Answer("none", "Nothing was planted.")
INFO = FlawInfo(
    "none",
    "No flaw",
    "The pictures are as varied within each class as between classes, the labels are right, and training is sound.",
    "nothing",
    "Nothing.",
    NoneSettings,
    plant,
    order=10,
)
