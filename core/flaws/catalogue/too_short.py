"""Training stopped long before the network had learned what it could."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import TrainingSpec
from core.settings import Settings, setting


class TooShortSettings(Settings):
    """How short the training is."""

    epochs: int = setting(1, "Training epochs at full strength.", low=1, high=50, step=1, unit="epochs")


def plant(before: Planted, strength: float, seed: int, settings: TooShortSettings) -> Planted:  # noqa: ARG001
    """Train for fewer epochs."""
    usual = before.training_spec or TrainingSpec()
    epochs = max(1, round(towards(usual.epochs, settings.epochs, strength)))
    answer = Answer("too_short", f"Training went through the pictures only {epochs} times: too few to learn this.")
    return with_specs(before, answer, training={"epochs": epochs} if strength else None)


INFO = FlawInfo(
    name="too_short",
    title="Trained too short",
    help="The computer was needed for something else, or the budget for it ran out.",
    text=(
        "Training was stopped before it was done, since the computer was needed for something else. The curves still "
        "rise at the end. The network would have got better by itself."
    ),
    misleads=(
        "A curve that still rises a little is no proof that much is to be gained. Train on and see. A network that is "
        "too small looks much the same."
    ),
    place="specs",
    strength="How short the training is, from usual (0) to the set epochs (1), on a logarithmic scale.",
    Settings=TooShortSettings,
    plant=plant,
    order=130,
)
