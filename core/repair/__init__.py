"""Repair: fixes, and the proof that they work.

    fixes()                                       # name -> FixInfo, in menu order
    plan_training(run_or_info, splits, fixes)     # DataFrame: what a ladder will train, and how long that takes
    ladder(run_or_model, splits, fixes, seeds=3, judge=None) -> Ladder(table, runs, best, sentence, ...)

Fixes combine: "background_randomised+colour_jitter" is one rung of a ladder. Settings are passed by name:
ladder(run, splits, {"region_removed": {"where": "box", "left": 0.7, "top": 0.7, "right": 1.0, "bottom": 1.0}}).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_import import lazy_import
from core.repair.base import FixInfo
from core.repair.registry import fix_info, fixes
from core.repair.rungs import AS_IT_IS, CONTROLS, KEEP_TRAINING, Rung, rungs_for

if TYPE_CHECKING:
    from core.repair.before_after import ChangedAnswers, by_group, changed_answers
    from core.repair.evaluation_set import EvaluationSet
    from core.repair.fixes_for_suspect import settings_for
    from core.repair.ladder import Ladder, ladder
    from core.repair.training_plan import plan_training

_PLACES = {
    "ChangedAnswers": "before_after",
    "by_group": "before_after",
    "changed_answers": "before_after",
    "EvaluationSet": "evaluation_set",
    "Ladder": "ladder",
    "ladder": "ladder",
    "plan_training": "training_plan",
    "settings_for": "fixes_for_suspect",
}

__all__ = [
    "AS_IT_IS",
    "CONTROLS",
    "KEEP_TRAINING",
    "ChangedAnswers",
    "EvaluationSet",
    "FixInfo",
    "Ladder",
    "Rung",
    "by_group",
    "changed_answers",
    "fix_info",
    "fixes",
    "ladder",
    "plan_training",
    "rungs_for",
    "settings_for",
]

__getattr__ = lazy_import(__name__, _PLACES)
