"""Results of other parts of Hunch on this network, in the form that a report needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from core.repair import CONTROLS
from core.report.facts import RepairProof, SuspectedFlaw, TestedHunch

_ORDER = {"supported": 0, "inconclusive": 1, "not supported": 2}


def tested_hunches(verdicts: Iterable[Any] | None) -> tuple[TestedHunch, ...]:
    """Verdicts, or their summaries, the supported ones first, of these the ones that change most answers.

    Args:
        verdicts: `core.hunches.Verdict`s, or the dicts that their `summary()` gives.
    """
    plain = [verdict if isinstance(verdict, Mapping) else verdict.summary() for verdict in verdicts or ()]
    names = [item.name for item in fields(TestedHunch)]
    found = [TestedHunch(**{name: summary[name] for name in names}) for summary in plain]
    return tuple(sorted(found, key=lambda hunch: (not hunch.shortcut, _ORDER[hunch.conclusion], -hunch.changed)))


def suspected_flaws(suspects: Iterable[Any] | None) -> tuple[SuspectedFlaw, ...] | None:
    """What diagnosis says, the accused first; None where it was not asked."""
    if suspects is None:
        return None
    found = [
        SuspectedFlaw(
            flaw=str(suspect.flaw),
            title=_title(suspect),
            raised=bool(suspect.raised),
            evidence=str(suspect.evidence),
            fixes=tuple(getattr(suspect, "fixes", ())),
            leaning=getattr(suspect, "level", "") == "leaning",
            examined=bool(getattr(suspect, "examined", True)),
        )
        for suspect in suspects
    ]
    return tuple(sorted(found, key=lambda suspect: not suspect.raised))


def repair_proof(ladder: Any | None, key: str) -> RepairProof | None:
    """What a ladder of fixes came to.

    Args:
        ladder: a `core.repair.Ladder`, or what `core.repair.history` kept of one.
        key: of the run that the report is about.
    """
    if ladder is None:
        return None
    best = str(getattr(ladder, "best", None) or "")
    run = (getattr(ladder, "runs", None) or {}).get(best)
    this = bool(key) and getattr(run, "key", run) == key and best not in CONTROLS
    return RepairProof(str(ladder.sentence), pd.DataFrame(ladder.table), best, this, getattr(ladder, "complete", True))


def _title(suspect: Any) -> str:
    """What a person calls the flaw."""
    if getattr(suspect, "title", ""):
        return str(suspect.title)
    from core import flaws

    name = str(suspect.flaw)
    return flaws.info(name).title if name in flaws.names() else name.replace("_", " ")
