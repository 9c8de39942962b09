"""Train for longer."""

from __future__ import annotations

from core.repair.base import FixInfo, TrainingRecipe
from core.settings import Settings, setting


class LongerTrainingSettings(Settings):
    """How much longer."""

    times: float = setting(
        4.0, "Training time, as a multiple of the original training.", low=1, high=20, step=0.5, unit="times"
    )
    weights: bool = setting(True, "Start from new weights instead of continuing.", title="New weights", common=False)


def apply(recipe: TrainingRecipe, settings: LongerTrainingSettings) -> TrainingRecipe:
    """Train for longer."""
    return recipe.with_training(settings.times, fresh=settings.weights)


FIX = FixInfo(
    name="longer_training",
    title="Trained for longer",
    plain="Gives the network more time, for one that was still improving when training stopped.",
    family="training",
    Settings=LongerTrainingSettings,
    flaws=("too_short", "dead_units"),
    apply=apply,
    effort=lambda settings: settings.times,
    order=150,
)
