"""No flaw: the clean control, without which no figure about a flaw means anything."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.settings import Settings


class NoneSettings(Settings):
    """There is nothing to set."""


def plant(before: Planted, strength: float, seed: int, settings: NoneSettings) -> Planted:  # noqa: ARG001
    """Leave everything as it is."""
    return before


ANSWER = Answer("none", "Nothing was planted.")
INFO = FlawInfo(
    name="none",
    title="No flaw",
    help=(
        "The pictures are as varied within each class as between classes, the labels are right, and training is sound."
    ),
    text=(
        "The healthy case. Every kind of thing was shown on every background and in every colour, the labels are "
        "right, and the network was trained long enough. You need it as a control: a tool that cries wolf here cannot "
        "be trusted elsewhere."
    ),
    misleads=(
        "Healthy is not perfect. A healthy network still makes mistakes where things truly look alike, such as a "
        "shirt and a coat. Do not hunt for a flaw behind every wrong answer."
    ),
    place="nothing",
    strength="Nothing.",
    Settings=NoneSettings,
    plant=plant,
    order=10,
)
