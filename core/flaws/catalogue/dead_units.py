"""A learning rate so high that many units die."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import TrainingSpec
from core.settings import Settings, setting


class DeadUnitsSettings(Settings):
    """How high the learning rate is."""

    rate: float = setting(0.1, "Learning rate at full strength.", low=0.02, high=1, step=0.01, log=True)


def plant(before: Planted, strength: float, seed: int, settings: DeadUnitsSettings) -> Planted:  # noqa: ARG001
    """Raise the learning rate, use it from the first step, and never lower it.

    A step that is far too long can push a rectified unit below zero for every image; its gradient is then zero, and it
    never recovers.
    """
    usual = before.training_spec or TrainingSpec()
    rate = towards(usual.rate, settings.rate, strength)
    sentence = f"The learning rate was {rate:.3f}, so high that many units do not respond to any picture."
    changed = {"rate": rate, "warm_up": 0.0, "schedule": "constant"} if strength else None
    return with_specs(before, Answer("dead_units", sentence), training=changed)


INFO = FlawInfo(
    name="dead_units",
    title="Dead units",
    help=(
        "The learning rate was copied from a paper about another optimiser, and half of the network died within a "
        "minute."
    ),
    text=(
        "The steps of learning were set too large, and in the first minute many units were knocked out. They now say "
        "nothing, whatever they are shown. What is left of the network has to do all the work."
    ),
    misleads=(
        "Some silent units are normal and do no harm. A unit may also be silent only because its pattern is not in "
        "these pictures. Count them on many pictures, and look at the score."
    ),
    place="specs",
    strength="How high the rate is, from usual (0) to the set rate (1), on a logarithmic scale.",
    Settings=DeadUnitsSettings,
    plant=plant,
    order=150,
)
