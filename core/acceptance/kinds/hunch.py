"""A change to the images may flip at most so many answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from core.acceptance.base import Check, CheckKind, Outcome, Trial, judge, share_figure


class HunchCheck(Check):
    """A hunch that must not hold.

    Args:
        hunch: the change, one of `core.hunches.hunches()`.
        settings: its settings.
        at_most: the largest share of answers that it may flip, 0 to 1.
        n: images to try.
        seed: of the images that are chosen, and of random parts of the change.
    """

    hunch: str
    settings: dict[str, Any] = Field(default_factory=dict)
    at_most: float = Field(0.05, ge=0, le=1)
    n: int = Field(200, ge=10, le=5000)
    seed: int = Field(0, ge=0)


def run(check: HunchCheck, trial: Trial) -> Outcome:
    """Make the change on test images, and count the answers that flip."""
    from core.hunches import hunch_info, test_hunch

    verdict = test_hunch(
        trial.model,
        trial.splits.test,
        check.hunch,
        n=check.n,
        seed=check.seed,
        interface=trial.interface,
        **check.settings,
    )
    flipped = round(verdict.flips * verdict.n)
    done = f"{hunch_info(check.hunch).action} changes {flipped} of {verdict.n} answers"
    sentence = f"{done}; at most {check.at_most:.0%} may change."
    return judge(check, share_figure(flipped, verdict.n, trial.confidence), sentence, at_most=check.at_most)


KIND = CheckKind("hunch", "A change may flip few answers", HunchCheck, run, order=10)
