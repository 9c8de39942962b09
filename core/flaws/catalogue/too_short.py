"""Training that stopped long before the network had learned what it could."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import TrainingSpec
from core.settings import Settings, setting


class TooShortSettings(Settings):
    """How short the training is."""

    epochs: int = setting(1, "Epochs of training at full strength.", low=1, high=50, step=1, unit="epochs")


def plant(before: Planted, strength: float, seed: int, settings: TooShortSettings) -> Planted:  # noqa: ARG001
    """Train for fewer epochs."""
    usual = before.training_spec or TrainingSpec()
    epochs = max(1, round(towards(usual.epochs, settings.epochs, strength)))
    answer = Answer("too_short", f"Training went through the pictures only {epochs} times: too short to learn this.")
    return with_specs(before, answer, training={"epochs": epochs} if strength else None)


INFO = FlawInfo(
    "too_short",
    "Trained too short",
    "The computer was needed for something else, or the budget for it ran out.",
    "specs",
    "How short the training is, from as usual (0) to the epochs set (1), on a logarithmic scale.",
    TooShortSettings,
    plant,
    order=130,
)
