"""What a tool of the study is, and what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.experiments.study.networks import Look

Family = Literal["map", "feature", "test", "figure"]
NOTHING, OTHER = "nothing", "something else"  # what a tool can name beside a flaw


@dataclass(frozen=True)
class StudyReading:
    """One number of a tool on one network; the larger, the more it points to a flaw.

    Args:
        reading: its name among the tool's readings.
        value: the number.
        fits: flaws that it would point to; empty for none in particular.
        pictures: how many pictures it was read from.
        evaluations: forward passes that it took, a gradient counted as three; None where that is not known.
    """

    reading: str
    value: float
    fits: tuple[str, ...] = ()
    pictures: int = 0
    evaluations: float | None = None


@dataclass(frozen=True)
class Seen:
    """What a tool says of one network.

    Args:
        readings: its numbers.
        named: what it names by itself: a flaw, NOTHING, OTHER, or "" where it concludes nothing and the protocol's rule
            does.
        settings: of the fix that the named flaw calls for, where the tool found some, such as a box.
    """

    readings: Sequence[StudyReading]
    named: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyTool:
    """Something that can reveal a flaw, without being told which to look for.

    Args:
        name: identifier.
        title: display name.
        family: heatmaps, what the network has learned, tests that change pictures or compare labels, or what a user can
            do without Hunch.
        read: what it says of a network.
        sparse: whether it only looks at the networks that the protocol sets apart for slow tools.
        seconds: what it takes on one network, about, at the protocol's sizes on one core.
    """

    name: str
    title: str
    family: Family
    read: Callable[[Look], Seen]
    sparse: bool = False
    seconds: float = 10.0
