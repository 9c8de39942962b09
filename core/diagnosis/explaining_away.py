"""When one suspect explains another away.

An exchange of backgrounds moves shadows of the object with them; a network that stopped early has learned little else
either. So a raised suspect is dropped where another one that is raised accounts for what was measured.
"""

from __future__ import annotations

from dataclasses import replace

from core.diagnosis.base import Suspect
from core.flaws.shortcut_shared import SHORTCUTS

SERVING = ("wrong_scale", "channels_swapped", "darkened", "cropped", "blurred")

# explained -> {explaining: share of its statistic up to which the explained one's is put down to it}
SHARES: dict[str, dict[str, float]] = {
    "background": {"tint": 0.5, "place": 0.7, "border": 0.3, "sticker": 0.3, "shortcut": 0.3},
    "tint": {"background": 0.4, "place": 0.5},
    "place": {"background": 0.4, "tint": 0.4, "border": 0.4, "sticker": 0.4},
    "border": {"background": 0.6, "place": 0.7, "sticker": 0.5, "shortcut": 0.3},
    "sticker": {"background": 0.6, "place": 0.8, "border": 0.5, "tint": 0.4, "shortcut": 0.3},
    "shortcut": dict.fromkeys(SHORTCUTS, 2.0),
    **{each: {other: 0.9 for other in SERVING if other != each} for each in SERVING},
}
# explained -> suspects that, where raised, leave nothing to be said by it
ALWAYS: dict[str, tuple[str, ...]] = {
    "too_short": ("too_few", "dead_units", "too_small", "label_noise", "label_confusion"),
    "too_small": ("too_few", "dead_units", "too_short", "label_noise", "label_confusion"),
    "over_trained": ("too_few",),
    "label_noise": ("too_few", "over_trained", "label_confusion"),
    "label_confusion": ("too_few", "over_trained", "label_noise"),
    "blurred": ("wrong_scale",),
    "cropped": ("wrong_scale",),
    "channels_swapped": ("wrong_scale",),
    "darkened": ("wrong_scale",),
}


def explained(suspects: list[Suspect]) -> list[Suspect]:
    """The suspects, those that others explain no longer raised, and with the name of the one that does."""
    raised = {suspect.flaw: suspect for suspect in suspects if suspect.raised}
    return [_judged(suspect, raised) if suspect.raised else suspect for suspect in suspects]


def _judged(suspect: Suspect, raised: dict[str, Suspect]) -> Suspect:
    for name in ALWAYS.get(suspect.flaw, ()):
        if name in raised and (suspect.flaw not in ALWAYS.get(name, ()) or raised[name].score > suspect.score):
            return _dropped(suspect, raised[name])
    for name, share in SHARES.get(suspect.flaw, {}).items():
        other = raised.get(name)
        if other is not None and suspect.statistic < share * other.statistic:
            return _dropped(suspect, other)
    return suspect


def _dropped(suspect: Suspect, other: Suspect) -> Suspect:
    score = min(suspect.score, 0.49)
    return replace(suspect, raised=False, score=score, explained_by=other.flaw)
