"""A diagnosis in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence

from core.diagnosis.base import Suspect
from core.text import lower_first


def summary(suspects: Sequence[Suspect]) -> str:
    """What was found, as sentences that a client understands."""
    raised = [suspect for suspect in suspects if suspect.raised]
    unseen = [suspect for suspect in suspects if not suspect.examined]
    gap = f" {_several(unseen)} could not be looked for." if unseen else ""
    leaning = [suspect for suspect in suspects if suspect.level == "leaning"]
    gap = f" Worth knowing: {leaning[0].evidence}{gap}" if leaning else gap
    if not raised:
        looked = len(suspects) - len(unseen)
        return f"Nothing found. {looked} kinds of flaw were looked for.{gap}"
    first = f"The likeliest flaw: {lower_first(raised[0].title)}. {raised[0].evidence}"
    if len(raised) == 1:
        return first + gap
    others = " and ".join(lower_first(suspect.title) for suspect in raised[1:3])
    return f"{first} Also suspected: {others}.{gap}"


def _several(unseen: Sequence[Suspect]) -> str:
    if len(unseen) == 1:
        return f"One kind ({lower_first(unseen[0].title)})"
    return f"{len(unseen)} kinds"
