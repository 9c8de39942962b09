"""A network that is kept simple while it learns."""

from __future__ import annotations

from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class RegularisedSettings(TrainedFixSettings):
    """How firmly it is kept simple."""

    dropout: float = setting(
        0.3, "Share of the head's inputs that are switched off at random while it learns.", low=0, high=0.9, step=0.05
    )
    decay: float = setting(
        0.01, "Share of each weight that is taken away at every step, times the rate.", low=0, high=0.5, step=0.001
    )
    label_smoothing: float = setting(
        0.05, "Share of certainty that is taken from the right class and spread over all.", low=0, high=0.5, step=0.01
    )


def apply(recipe: TrainingRecipe, settings: RegularisedSettings) -> TrainingRecipe:
    """Add dropout, weight decay and smoothed labels. Dropout needs a network of which the parts are known."""
    from dataclasses import replace

    training = TrainingSpec.of(
        recipe.training,
        decay=max(recipe.training.decay, settings.decay),
        label_smoothing=max(recipe.training.label_smoothing, settings.label_smoothing),
    )
    if recipe.network is not None and settings.weights:
        dropout = max(recipe.network.dropout, settings.dropout)
        recipe = replace(recipe, network=NetworkSpec.of(recipe.network, dropout=dropout))
    return recipe.taught(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="regularised",
    title="Regularised",
    plain="Keeps the network simple with dropout, weight decay and softer labels, so that it learns less by heart.",
    family="training",
    Settings=RegularisedSettings,
    flaws=("over_trained", "too_few", "label_noise"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=130,
)
