"""When one suspect explains another away.

An exchange of backgrounds moves the frame along, and the frame is part of the background. So where two raised suspects
are about the same class, the one that has much less of the effect is put down to the other. Which flaws may explain
which is declared by the detector of the explained one. Leanings explain nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.diagnosis.base import DetectorInfo, Suspect


def explained(suspects: list[Suspect], known: Mapping[str, DetectorInfo]) -> list[Suspect]:
    """The suspects, those that others explain no longer raised, and with the name of the one that does.

    Args:
        suspects: as measured.
        known: the detectors, by flaw.
    """
    raised = {suspect.flaw: suspect for suspect in suspects if suspect.raised}
    return [_judged(suspect, raised, known) if suspect.raised else suspect for suspect in suspects]


def _judged(suspect: Suspect, raised: Mapping[str, Suspect], known: Mapping[str, DetectorInfo]) -> Suspect:
    info = known[suspect.flaw]
    for name in info.silenced:
        if name in raised and (suspect.flaw not in known[name].silenced or raised[name].score > suspect.score):
            return _dropped(suspect, raised[name])
    for name, share in info.explained.items():
        other = raised.get(name)
        if other is not None and _same_class(suspect, other) and suspect.statistic < share * other.statistic:
            return _dropped(suspect, other)
    return suspect


def _same_class(one: Suspect, other: Suspect) -> bool:
    return one.class_index is None or other.class_index is None or one.class_index == other.class_index


def _dropped(suspect: Suspect, other: Suspect) -> Suspect:
    score = min(suspect.score, 0.49)
    return replace(suspect, raised=False, level="silent", score=score, explained_by=other.flaw)
