"""Training stopped when it gets no better on pictures that it does not learn from."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class StoppedEarlySettings(TrainedFixSettings):
    """How long to wait for something better."""

    patience: int = setting(
        3,
        "Stop after so many epochs without a better answer on the validation pictures.",
        low=1,
        high=50,
        step=1,
        unit="epochs",
    )


def apply(recipe: TrainingRecipe, settings: StoppedEarlySettings) -> TrainingRecipe:
    """Train anew, keep the best epoch, and stop when nothing better comes."""
    training = TrainingSpec.of(recipe.training, patience=settings.patience, keep="best")
    return recipe.taught(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="stopped_early",
    title="Stopped early",
    plain="Keeps the epoch that did best on the validation pictures, and stops when nothing better comes.",
    family="training",
    Settings=StoppedEarlySettings,
    flaws=("over_trained", "too_few", "label_noise"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=140,
)
