"""A learning rate so high that many units fall silent for ever."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import TrainingSpec
from core.settings import Settings, setting


class DeadUnitsSettings(Settings):
    """How high the rate is."""

    rate: float = setting(0.1, "Learning rate at full strength.", low=0.02, high=1, step=0.01, log=True)


def plant(before: Planted, strength: float, seed: int, settings: DeadUnitsSettings) -> Planted:  # noqa: ARG001
    """Raise the learning rate, begin with it at once, and never lower it.

    A step that is far too long can push a rectified unit below zero for every picture; its gradient is then zero, and
    it never comes back.
    """
    usual = before.training_spec or TrainingSpec()
    rate = towards(usual.rate, settings.rate, strength)
    sentence = f"The learning rate was {rate:.3f}, so high that many units answer nothing to any picture."
    changed = {"rate": rate, "warm_up": 0.0, "schedule": "constant"} if strength else None
    return with_specs(before, Answer("dead_units", sentence), training=changed)


INFO = FlawInfo(
    "dead_units",
    "Dead units",
    "The learning rate was copied from a paper about another optimiser, and half of the network died within a minute.",
    "specs",
    "How high the rate is, from as usual (0) to the rate set (1), on a logarithmic scale.",
    DeadUnitsSettings,
    plant,
    order=150,
)
