"""What an action brings: a network before and after it, on pictures that neither has seen."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Any

from core.experiments.study.actions import Fix, rung_of
from core.experiments.study.design import Case, StudySettings
from core.experiments.study.networks import judged, look_at, planted_in
from core.store import Store

if TYPE_CHECKING:
    from core.datasets import Splits
    from core.networks import Run

SEED = 0  # of fixes, on top of the seeds of the network itself, which are its block


def outcome_of(
    case: Case, fix: Fix, settings: StudySettings, sources: tuple[tuple[str, str], ...], root: str
) -> dict[str, Any]:
    """Do a fix as a team could, with the pictures that it has, and judge the network before and after.

    Args:
        case: the network.
        fix: what is done to it.
        settings: sizes.
        sources: pairs of a data set and where its pictures are.
        root: address of the store that has the network.

    Returns:
        fix and its settings; accuracy and worst_group of the judge, with accuracy_before and worst_group_before; cpu,
        seconds that the fix took on all cores together.

    Raises:
        HunchError: where the fix cannot be used on these pictures or this network.
    """
    look, planted = look_at(case, settings, sources, root), planted_in(case, settings, sources)
    name, chosen = fix
    began = time.process_time()
    fixed = _fixed(look.run, look.shown, fix) if name else look.run
    cpu = time.process_time() - began
    before = judged(look.run, planted)
    return {
        "fix": name,
        "settings": dict(chosen),
        "cpu": cpu,
        **judged(fixed, planted),
        **{f"{measure}_before": value for measure, value in before.items()},
    }


def _fixed(run: Run, shown: Splits, fix: Fix) -> Run:
    from core.repair.rung_training import Origin, train_rung

    rung, effort = rung_of(*fix)
    with tempfile.TemporaryDirectory() as folder:  # a fix that was begun before costs as much as one that was not
        return train_rung(Origin.of(run, shown), rung, effort=effort, seed=SEED, store=Store(folder))
