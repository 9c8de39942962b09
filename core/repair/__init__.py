"""Repair: fixes, and the proof that they did something.

    fixes()                                       # name -> FixInfo, in the order in which menus list them
    plan(run_or_info, splits, fixes, seeds=3)     # DataFrame: what a ladder will train, and how long that takes
    ladder(run_or_model, splits, fixes, seeds=3, judge=None) -> Ladder(table, runs, best, sentence, ...)

Fixes combine: "background_randomised+colour_jitter" is one rung of a ladder. Settings are handed over by name:
ladder(run, splits, {"region_removed": {"where": "box", "left": 0.7, "top": 0.7, "right": 1.0, "bottom": 1.0}}).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazily import lazily
from core.repair.base import FixInfo
from core.repair.chosen import AS_IT_IS, CONTROLS, KEEP_TRAINING, Rung, rungs_of
from core.repair.registry import fix_info, fixes

if TYPE_CHECKING:
    from core.repair.changes import Changed, by_group, changed
    from core.repair.climbing import Ladder, ladder
    from core.repair.judging import Judge
    from core.repair.planning import plan
    from core.repair.suspects import settings_for

_PLACES = {
    "Changed": "changes",
    "by_group": "changes",
    "changed": "changes",
    "Judge": "judging",
    "Ladder": "climbing",
    "ladder": "climbing",
    "plan": "planning",
    "settings_for": "suspects",
}

__all__ = [
    "AS_IT_IS",
    "CONTROLS",
    "KEEP_TRAINING",
    "Changed",
    "FixInfo",
    "Judge",
    "Ladder",
    "Rung",
    "by_group",
    "changed",
    "fix_info",
    "fixes",
    "ladder",
    "plan",
    "rungs_of",
    "settings_for",
]

__getattr__ = lazily(__name__, _PLACES)
