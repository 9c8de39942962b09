"""What can be done to a network of the study: fixes by name, and fixes that a tool, or the truth, points to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.diagnosis.base import Finding, bars
from core.diagnosis.diagnose import suspected
from core.diagnosis.registry import detectors
from core.experiments.study.base import NOTHING
from core.experiments.study.design import AS_FOUND, FLAWED, Case
from core.flaws import Planted
from core.repair.engines.region_edits import box_mask
from core.repair.fixes_for_suspect import settings_for
from core.repair.rungs import Rung, rungs_for

ACTION = "fix: "  # what the names of cells that act begin with
KEEP, LONGER, LAST_LAYER, RIGHT_REASONS = "keep_training", "longer_training", "last_layer_retrained", "right_reasons"
KEEP_EFFORT = 2.0  # times the original training, as most fixes take
ORACLE = "oracle"
POINTING = ("diagnosis", "hunches")  # tools that name a flaw by themselves, whatever the flaw
NO_GROUP_DRO = "GroupDRO is no fix of Hunch, and needs every picture's group, which a team seldom knows"

Fix = tuple[str, Mapping[str, Any]]  # its name and settings; no name for leaving the network as it is
AS_IT_IS: Fix = ("", {})


def fix_for(flaw: str) -> str:
    """The fix that the diagnosis declares for a flaw; where all that is known is that something is wrong, LONGER."""
    known = detectors()
    return known[flaw].fixes[0] if flaw in known else LONGER


def flaw_fixes() -> tuple[str, ...]:
    """The fix of each flaw of the study, in their order."""
    return tuple(dict.fromkeys(fix_for(flaw) for flaw in FLAWED))


def actions() -> tuple[str, ...]:
    """Everything that is done to a network: fixes at their defaults, then what is pointed to."""
    return (*flaw_fixes(), KEEP, LONGER, LAST_LAYER, RIGHT_REASONS, *POINTING, ORACLE)


def actions_on(case: Case) -> tuple[str, ...]:
    """Those that make sense for a network: none where it is not one of every third, or nobody knows what is wrong."""
    if not case.sparse or case.condition == AS_FOUND:
        return ()
    return tuple(name for name in actions() if name != ORACLE or case.condition in FLAWED)


def is_pointer(action: str) -> bool:
    """Whether which fix an action is becomes known only from what a tool found, or from the truth."""
    return action in (*POINTING, ORACLE)


def rung_of(fix: str, settings: Mapping[str, Any]) -> tuple[Rung, float]:
    """A fix as a rung of a ladder, and its training as a multiple of the original's."""
    if fix == KEEP:
        return rungs_for([LONGER])[1], KEEP_EFFORT
    rung = rungs_for({fix: settings})[-1]
    return rung, rung.effort


def times_as_long(action: str) -> float:
    """How many times longer than the original training an action takes, about."""
    if is_pointer(action):
        return KEEP_EFFORT
    rung, effort = rung_of(action, {})
    return max(0.1, effort * rung.cost)


def fix_named(named: str, settings: Mapping[str, Any]) -> Fix:
    """The fix that a tool points to.

    Args:
        named: what the tool names.
        settings: that it found for the fix; those that follow from the flaw alone where it found none.
    """
    if named in ("", NOTHING):
        return AS_IT_IS
    return fix_for(named), settings or _settings(named, None)


def true_fix(planted: Planted) -> Fix:
    """The fix of the flaw that was planted, told where in the picture it is."""
    flaw = planted.answer.flaw
    return fix_for(flaw), _settings(flaw, _place(planted))


def _settings(flaw: str, mask: np.ndarray | None) -> Mapping[str, Any]:
    """What a suspect with this flaw in this place would pass to its fix."""
    known = detectors()
    if flaw not in known:
        return {}
    finding = Finding(known[flaw].full, "", bars([], []), "", mask=mask)
    return settings_for(suspected(known[flaw], finding, ())).get(fix_for(flaw), {})


def _place(planted: Planted) -> np.ndarray | None:
    """Where the flaw shows, bool (H, W); None where it is not the same place in all pictures."""
    answer, train = planted.answer, planted.splits.train
    if answer.region == "border":
        return np.asarray((train.masks or {})["border"].any(axis=0))
    if answer.box is None:
        return None
    return box_mask(train.shape[:2], *answer.box)
