"""Stop training when validation accuracy stops improving."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class StoppedEarlySettings(TrainedFixSettings):
    """How long to wait for an improvement."""

    patience: int = setting(
        3,
        "Stop after this many epochs without a better result on the validation pictures.",
        low=1,
        high=50,
        step=1,
        unit="epochs",
    )


def apply(recipe: TrainingRecipe, settings: StoppedEarlySettings) -> TrainingRecipe:
    """Train again, keep the best epoch, and stop when it no longer improves."""
    training = TrainingSpec.of(recipe.training, patience=settings.patience, keep="best")
    return recipe.with_training(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="stopped_early",
    title="Stopped early",
    plain="Keeps the epoch with the best validation result, and stops when it no longer improves.",
    family="training",
    Settings=StoppedEarlySettings,
    flaws=("over_trained", "too_few", "label_noise"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=140,
)
