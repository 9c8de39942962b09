"""Run acceptance checks on a version of a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.acceptance.base import Check, Outcome, Trial
from core.acceptance.registry import KINDS
from core.datasets.base import Splits
from core.errors import Cancelled, HunchError
from core.progress import OnStep, silent

if TYPE_CHECKING:
    import keras

    from core.networks.interface import Interface

DOUBT = 0.05


def run_checks(
    model: keras.Model,
    splits: Splits,
    checks: Sequence[Check],
    *,
    interface: Interface | None = None,
    on_step: OnStep = silent,
) -> list[Outcome]:
    """Try every check.

    A check fails where its limit is broken beyond doubt: a network that keeps all its limits fails any of them with a
    chance of at most 5%, however many there are (Bonferroni).

    Args:
        model: the version of the network on trial; it is not changed.
        splits: its images; the test part is judged.
        checks: from `read_checks`.
        interface: how the network is read; None where images are in the scale that it takes.
        on_step: called after each check; stops the work when it raises.

    Returns:
        One outcome a check, in their order. A check that cannot be run, such as one about an attribute that the images
        lack, is inconclusive and says why.
    """
    kinds = {kind.Spec: kind for kind in KINDS.entries().values()}
    trial = Trial(model, splits, interface, 1 - DOUBT / max(1, len(checks)), lambda *_: None)
    outcomes = []
    for number, check in enumerate(checks):
        on_step(number, len(checks), check.name)
        outcomes.append(_outcome(kinds[type(check)].run, check, trial))
    on_step(len(checks), len(checks), "")
    return outcomes


def _outcome(run: Callable[[Check, Trial], Outcome], check: Check, trial: Trial) -> Outcome:
    try:
        return run(check, trial)
    except Cancelled:
        raise
    except HunchError as error:
        return Outcome(check, "inconclusive", None, f"Could not be checked. {error.sentence}")
